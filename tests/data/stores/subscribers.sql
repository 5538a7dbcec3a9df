-- Description: rows as each schema of subscribers.sqlite held them; « since N » begins those of the
-- tables that migration N added. All addresses are invented.
-- since 1
INSERT INTO secret_mark VALUES (1, '{mark}');
INSERT INTO subscribers VALUES ('s1', 'ada@example.org', 'ada@example.org', 'Ada', '["governance"]',
    '["QC-06"]', 'fr', 'weekly', 'active', '2026-05-04T00:00:00.000000+00:00', NULL,
    '2026-05-04T00:00:00.000000+00:00', 3);
INSERT INTO subscribers VALUES ('s2', 'bea@example.org', 'bea@example.org', '', '[]', '[]', 'en',
    'monthly', 'left', '2026-06-01T00:00:00.000000+00:00', NULL,
    '2026-05-05T00:00:00.000000+00:00', 1);
-- since 2
INSERT INTO consent_texts VALUES ('h1', 'fr', 'Oui.', '2026-05-04T00:00:00.000000+00:00');
INSERT INTO consents (subscriber_id, act, basis, given_at, expires_at, recorded_at, actor, way,
    evidence) VALUES ('s1', 'granted', 'membership', '2026-05-04T00:00:00.000000+00:00',
    '2028-05-04T00:00:00.000000+00:00', '2026-05-04T00:00:00.000000+00:00', 'staff', 'add', 'p. 3');
INSERT INTO consents (subscriber_id, act, basis, given_at, expires_at, recorded_at, actor, way)
    VALUES ('s2', 'withdrawn', NULL, '2026-06-01T00:00:00.000000+00:00', NULL,
    '2026-06-01T00:00:00.000000+00:00', 'person', 'link');
INSERT INTO erasures VALUES ('e1', '2026-06-02T00:00:00.000000+00:00', 'asked');
-- since 3
INSERT INTO sign_ups VALUES ('u1', 's1', '2026-05-04T00:00:00.000000+00:00',
    '2026-07-03T00:00:00.000000+00:00', '2026-05-04T01:00:00.000000+00:00', 'Ada', '[]', '[]', 'fr',
    'weekly', 'h1', 'o1');
INSERT INTO attempts VALUES ('all', '', '2026-05-05T00:00:00.000000+00:00');
INSERT INTO reminders VALUES (1, 's1', '2026-11-04T00:00:00.000000+00:00');
INSERT INTO bounces VALUES ('s1', '2026-W40', '2026-10-01T00:00:00.000000+00:00', 0, '4.2.2');
-- since 4
INSERT INTO editions VALUES ('2026-W47', 'all-fr', 'fr', 'Sujet', '<p>Texte</p>', 'Texte');
INSERT INTO mailings VALUES ('2026-W47', '2026-11-18T12:00:00.000000+00:00');
INSERT INTO outbox (key, issue, subscriber_id, edition, queued_at, state, since) VALUES ('k1',
    '2026-W47', 's1', 'all-fr', '2026-11-18T12:00:00.000000+00:00', 'sent',
    '2026-11-18T12:00:01.000000+00:00');
INSERT INTO deliveries (key, subscriber_id, at, state, actor, code, status, words) VALUES ('k1', 's1',
    '2026-11-18T12:00:01.000000+00:00', 'sent', 'sender', 250, '', 'ok');
