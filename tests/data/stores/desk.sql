-- Description: rows as each schema of desk.sqlite held them; « since N » begins those of the tables
-- that migration N added. All people are invented.
-- since 1
INSERT INTO decisions (act, item_id, facet, value, author, decided_at, reason, undoes, said, version,
    model_version, shown_for) VALUES ('a1', 'i1', 'relevant', 'true', 'lise',
    '2026-11-20T00:00:00.000000+00:00', 'oui', NULL, 'false', 2, 'm1', 'uncertain');
INSERT INTO story_rulings (act, one, other, together, author, ruled_at, reason) VALUES ('a2', 'i1',
    'i2', 1, 'lise', '2026-11-20T00:00:00.000000+00:00', '');
-- since 2
INSERT INTO accounts VALUES ('lise', 'Lise', 'lise@example.org', 'admin', 'fr', '', '', 0, 0,
    '2026-11-20T00:00:00.000000+00:00', NULL, NULL);
INSERT INTO audit (at, who, what, subject, detail) VALUES ('2026-11-20T00:00:00.000000+00:00',
    '(terminal)', 'account.made', 'lise', 'admin');
-- since 3
INSERT INTO links (item_id, url, region, note, author, sent_at) VALUES ('i3', 'https://example.org/a',
    '', '', 'lise', '2026-11-20T00:00:00.000000+00:00');
INSERT INTO link_fates (item_id, fate, failure, detail, told_at) VALUES ('i3', 'read', '', '',
    '2026-11-21T00:00:00.000000+00:00');
-- since 4
INSERT INTO second_readings (item_id, first, said, second, read, decision, read_at) VALUES ('i1',
    'lise', '{}', 'omar', '{}', 1, '2026-11-21T00:00:00.000000+00:00');
-- since 5
INSERT INTO api_keys (token_hash, handle, purpose, made_at, ends_at, used_on) VALUES ('t1', 'lise',
    'tableau', '2026-11-21T00:00:00.000000+00:00', '2027-11-21T00:00:00.000000+00:00', NULL);
