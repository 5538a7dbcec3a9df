-- The search, as macros of plain SQL that any DuckDB client runs without an extension. A query is
-- taken apart as veille/lexicon/forms.py takes texts apart; stems come from the lexicon published.

-- One letter, one letter or digit, and neither, as regular expressions: all beyond ASCII but signs.
-- « \pL », twenty times as long to compile, took most of a search's time.
CREATE MACRO letter() AS '[^\x00-@\[-`{-¿×÷\x{2000}-\x{206f}]';
CREATE MACRO letter_or_digit() AS '[^\x00-/:-@\[-`{-¿×÷\x{2000}-\x{206f}]';
CREATE MACRO not_word() AS '[\x00-/:-@\[-`{-¿×÷\x{2000}-\x{206f}]';

-- The forms under which words are looked up: without accents.
CREATE MACRO fold(form) AS strip_accents(translate(form, 'øłđ', 'old'));

-- A query in lower case, its quotation marks, apostrophes, ligatures and numbers in one writing.
CREATE MACRO tidy_query(query) AS regexp_replace(regexp_replace(
    translate(
        replace(replace(replace(lower(nfc_normalize(query)), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'),
        '«»“”„’‘ʼ‐‑•‧⋅–—  ',
        '"""""''''''--···    '),
    '(^|[^\d.,])(\d{1,3})[ ,](\d{3})(?:[ ,](\d{3}))?\b', '\1\2\3\4', 'g'),
    '(\d),(\d)', '\1.\2', 'g');

-- One word of a query without its elision; then without its inclusive endings, an acronym's dots.
CREATE MACRO without_elision(word) AS regexp_replace(
    trim(word, '''-·,;:!?&()[]/'), '^((qu|jusqu|lorsqu|puisqu|quoiqu|[cdjlmnst])'')+', '');
CREATE MACRO bare_word(word, elided) AS CASE
    WHEN regexp_full_match(elided, '\.*(' || letter() || '\.){2,}' || letter() || '?') THEN replace(elided, '.', '')
    WHEN regexp_full_match(word, '\d+\.\d+') THEN word
    ELSE regexp_replace(
        regexp_replace(trim(elided, '.'), '''s$', ''),
        '^(' || letter() || '{2,})'
            || replace('([·.](END|s|x)([·.]?s)?|\((END)(\)s?)?|-(END)-s)$', 'END',
                'e|le|ne|te|se|ve|esse|euse|trice|rice|eresse|ère|ive|ale|elle|ienne|onne'),
        '\1')
END;

-- The words that a word with hyphens is made of, « st » written out.
CREATE MACRO word_parts(word) AS
    CASE WHEN regexp_full_match(word, '\d+\.\d+') THEN [word]
    ELSE list_transform(
        regexp_extract_all(word, letter_or_digit() || '+'),
        lambda part: CASE part
            WHEN 'st' THEN 'saint' WHEN 'ste' THEN 'sainte'
            WHEN 'sts' THEN 'saints' WHEN 'stes' THEN 'saintes' ELSE part END)
    END;

-- What a query asks for: a row for each word or part of one. « joined » is a hyphenated word in one
-- piece.
CREATE MACRO query_words(query) AS TABLE
WITH pieces AS (   -- a column for each step: an expression named twice is planned twice
    SELECT
        generate_subscripts(found, 1) AS piece_no,
        unnest(found) AS piece
    FROM (SELECT regexp_extract_all(tidy_query(query), '-?"[^"]*"|[^\s"]+') AS found)
),
words AS (
    SELECT
        piece_no,
        starts_with(piece, '-') AND length(piece) > 1 AS excluded,
        contains(piece, '"') AS in_phrase,
        ends_with(piece, '*') OR regexp_matches(piece, '[가-힣]') AS is_start,
        unnest(string_split_regex(trim(piece, '-"'), '\s+')) AS word
    FROM pieces
),
elided AS (SELECT *, without_elision(word) AS elided FROM words),
bare AS (SELECT * EXCLUDE (word, elided), bare_word(word, elided) AS bare FROM elided),
parts AS (
    SELECT
        * EXCLUDE (bare),
        word_parts(bare) AS parts,
        NOT in_phrase AND regexp_matches(bare, letter_or_digit() || '[-&]' || letter_or_digit()) AS is_compound
    FROM bare
)
SELECT row_number() OVER () AS slot, *
FROM (
    SELECT
        * EXCLUDE (parts),
        CASE WHEN is_compound THEN array_to_string(parts, '') END AS joined,
        unnest(parts) AS form
    FROM parts
);

-- What the nth phrase of a query (« -"…" » with excluded) looks like in a text: letters with or
-- without accents, whatever stands between words.
CREATE MACRO phrase_pattern(query, excluded, nth) AS
    -- each named once, and without array_to_string, it is planned in 5 ms instead of 35
    '(?i)(?:^|' || not_word() || ')' || replace(replace(replace(replace(replace(replace(replace(replace(replace(
        list_aggregate(list_transform(
            list_filter([regexp_extract_all(
                fold(list_filter([regexp_extract_all(
                    tidy_query(query),
                    CASE WHEN excluded THEN '(?:^|\s)-"([^"]*)"' ELSE '(?:^|[^-"])"([^"]*)"' END,
                    1)[nth]], lambda said: said <> '')[1]),
                '(?:\b(?:qu|jusqu|lorsqu|puisqu|quoiqu|[cdjlmnst])'')*(' || letter_or_digit() || '+)',
                1)], lambda parts: len(parts) > 0)[1],
            lambda part: CASE part
                WHEN 'st' THEN '(?:st|saint)' WHEN 'ste' THEN '(?:ste|sainte)' ELSE part END),
            'string_agg', '#'),
        'oe', '(?:oe|œ)'), 'a', '[aàâäáã]'), 'c', '[cç]'), 'e', '[eéèêë]'), 'i', '[iîïí]'),
        'n', '[nñ]'), 'o', '[oôöó]'), 'u', '[uùûüú]'), '#', not_word() || '+')
    || '(?:$|' || not_word() || ')';

-- The stems that answer each word of a query, a row at least for each word. « exact », « same » and
-- « variant » are bits of forms: the word as typed, its inflections, the same word with other accents.
CREATE MACRO query_stems(query) AS TABLE
WITH asked AS MATERIALIZED (FROM query_words(query)),
typed AS MATERIALIZED (
    SELECT row_number() OVER () AS nth, *
    FROM (
        SELECT slot, form AS typed, fold(form) AS folded, is_compound, is_start FROM asked
        UNION ALL
        SELECT slot, joined, fold(joined), false, false FROM asked WHERE joined IS NOT NULL
    )
),
alike AS (   -- a look-up each: of several words DuckDB reads all that stand between the first and the last
    FROM (FROM typed WHERE nth = 1) JOIN word_forms USING (folded)
    UNION ALL FROM (FROM typed WHERE nth = 2) JOIN word_forms USING (folded)
    UNION ALL FROM (FROM typed WHERE nth = 3) JOIN word_forms USING (folded)
    UNION ALL FROM (FROM typed WHERE nth = 4) JOIN word_forms USING (folded)
    UNION ALL FROM (FROM typed WHERE nth > 4) JOIN word_forms USING (folded)
),
known AS (   -- forms as typed but for their accents; one that begins so, for « mot* »
    SELECT * EXCLUDE (nth, is_start), form = typed AS is_exact
    FROM alike
    WHERE NOT common OR form = typed
    UNION ALL BY NAME
    SELECT slot, false AS is_compound, word_forms.* EXCLUDE (folded), true AS is_exact
    FROM (FROM typed WHERE is_start) AS begun
    JOIN word_forms ON starts_with(word_forms.folded, begun.folded)
),
families AS (
    SELECT
        slot,
        stem_id,
        bool_and(is_compound) AS is_part,
        coalesce(bit_or(1::USMALLINT << rank::USMALLINT) FILTER (is_exact), 0) AS exact,
        coalesce(bit_or(1::USMALLINT << rank::USMALLINT) FILTER (NOT is_exact), 0) AS variant,
        coalesce(bit_or(siblings) FILTER (is_exact), 0) AS same,
        bool_or(is_exact AND common) AS is_common,
        max(items) AS items
    FROM known
    GROUP BY slot, stem_id
),
unseen AS MATERIALIZED (
    SELECT slot, fold(form) AS folded FROM asked WHERE slot NOT IN (SELECT slot FROM known)
),
inflected AS (   -- other endings for a word never seen
    SELECT slot, stem_id, max(items) AS items
    FROM (
        SELECT slot, unnest([
            folded || 's', folded || 'x', folded || 'e', folded || 'es',
            regexp_replace(folded, '[sx]$', ''), regexp_replace(folded, 'es?$', ''),
            regexp_replace(folded, 'aux$', 'al'), regexp_replace(folded, 'aux$', 'ail'),
            regexp_replace(folded, 'ail?$', 'aux')
        ]) AS folded
        FROM unseen
    ) JOIN word_forms USING (folded)
    WHERE NOT common
    GROUP BY slot, stem_id
),
continued AS (   -- failing that, the longest stem that it continues with an ending
    SELECT slot, stem_id, items
    FROM (
        SELECT slot, word, unnest(range(4, length(word) + 1)) AS size, word[:size] AS folded
        FROM (SELECT slot, folded AS word FROM unseen WHERE slot NOT IN (SELECT slot FROM inflected))
        LIMIT 1000   -- so that DuckDB knows which side is small
    ) JOIN word_stems USING (folded)
    WHERE regexp_full_match(
          word[size + 1:],
          '(s|x|e|es|ee|ees|er|ez|erent|irent|ant|antes?|ants|ait|aient|ons|ements?|ments?'
          || '|ations?|tions?|ateurs?|atrices?|atifs?|atives?|eurs?|euses?|iques?|ismes?|istes?'
          || '|ales?|al|aux|ifs?|ives?|ables?|ites?|ie|ing|ed|y|ies|os|as|a|o)')
    QUALIFY dense_rank() OVER (PARTITION BY slot ORDER BY size DESC) = 1
)
SELECT
    asked.*, stem_id,
    coalesce(exact, 0) AS exact, coalesce(variant, 0) AS variant, coalesce(same, 0) AS same,
    coalesce(is_part, false) AS is_part, coalesce(is_common, false) AS is_common,
    coalesce(items, 0) AS items
FROM asked LEFT JOIN (
    FROM families UNION ALL BY NAME FROM inflected UNION ALL BY NAME FROM continued
) USING (slot);

-- What a query's stems count for. All of its words are needed, but those that join others; « -word »
-- must not be there. « slots » is how many are needed.
CREATE MACRO query_terms(query) AS TABLE
WITH words AS MATERIALIZED (
    SELECT
        *,
        bool_or(is_common) OVER (PARTITION BY slot) AS joins,
        max(items) OVER (PARTITION BY slot) AS slot_items
    FROM query_stems(query)
    WHERE NOT (excluded AND in_phrase)
),
slots AS (
    SELECT
        slot,
        count(*) FILTER (NOT joins) OVER (PARTITION BY piece_no) AS content,
        NOT excluded AND (NOT joins OR NOT in_phrase AND NOT bool_or(NOT joins) OVER ()) AS needed
    FROM (SELECT DISTINCT slot, piece_no, excluded, in_phrase, joins FROM words)
)
SELECT
    slot,
    stem_id,
    exact,
    same,
    variant,
    is_part,
    needed,
    excluded,
    ln(1 + (total - slot_items + 0.5) / (slot_items + 0.5)) AS rarity,
    (SELECT count(*) FILTER (needed) FROM slots) AS slots
FROM words
JOIN slots USING (slot)
CROSS JOIN (SELECT items AS total FROM snapshot)
WHERE stem_id IS NOT NULL
  AND NOT (is_part AND content < 2) AND (needed OR NOT is_common)
  AND NOT (excluded AND exact = 0)
ORDER BY excluded DESC, items DESC, stem_id, slot
LIMIT 1000;   -- « a* » has no end; and so DuckDB knows which side of the next join is small

-- Items that hold a query's words, by number, with their score: BM25 of each word, less where another form
-- answers it.
CREATE MACRO search_words(query) AS TABLE
WITH terms AS MATERIALIZED (FROM query_terms(query)),
hits AS (
    SELECT
        item_no,
        slot,
        needed,
        excluded,
        max(weight * rarity * CASE
            WHEN forms & exact > 0 THEN 1.0
            WHEN forms & same > 0 THEN 0.8
            WHEN exact > 0 THEN 0.5
            WHEN forms & variant > 0 THEN 0.4
            ELSE 0.2
        END * CASE WHEN is_part THEN 0.5 ELSE 1.0 END) AS score
    FROM word_items JOIN terms USING (stem_id)
    GROUP BY item_no, slot, needed, excluded
)
SELECT item_no, sum(score) / 100 AS score
FROM hits
GROUP BY item_no
HAVING count(*) FILTER (needed) = (SELECT any_value(slots) FROM terms)
   AND count(*) FILTER (needed) > 0
   AND NOT bool_or(excluded);

-- Whether a query has a phrase; and whether words hold those that are checked in texts: two asked
-- for, one excluded.
CREATE MACRO asks_phrase(query) AS regexp_matches(query, '["«“„]');
CREATE MACRO has_phrases(query, words) AS
    coalesce(regexp_matches(words, phrase_pattern(query, false, 1)), true)
    AND coalesce(regexp_matches(words, phrase_pattern(query, false, 2)), true)
    AND NOT coalesce(regexp_matches(words, phrase_pattern(query, true, 1)), false);

-- Items that answer a query, by number, with their score: those that hold its words and, where it
-- has some, its phrases; texts are read for these alone.
CREATE MACRO search_items(query) AS TABLE
WITH matching AS MATERIALIZED (FROM search_words(query)),
checked AS (
    SELECT item_no
    FROM matching JOIN word_index USING (item_no) JOIN items USING (item_id)
    WHERE asks_phrase(query)
      AND has_phrases(query, CASE   -- of both sides: else all texts are searched before they are joined
          WHEN score >= 0 THEN concat_ws(chr(10), title, lead, text) END)
)
FROM matching WHERE NOT asks_phrase(query) OR item_no IN (FROM checked);

-- Items that answer a query, best first: search('coopérative « économie sociale » -banque'). With
-- recency := 1, an item of three months ago counts half. Everything := true tells those that are
-- not relevant too.
CREATE MACRO search(query, recency := 0, everything := false) AS TABLE
SELECT
    item_id,
    round(score * (1 - recency + recency * 0.5 ** (greatest(snapshot.published_at::DATE - items.published_on, 0) / 91)), 4) AS score,
    items.published_on,
    title,
    source,
    url
FROM search_items(query)
JOIN word_index USING (item_no)
JOIN items USING (item_id)
CROSS JOIN snapshot
WHERE items.relevant OR everything
ORDER BY score DESC, moment DESC, item_id;
