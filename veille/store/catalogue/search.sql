-- The search, as macros of plain SQL that any DuckDB client runs without an extension. A query is
-- taken apart as veille/lexicon/forms.py takes texts apart; stems come from the lexicon published.

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
CREATE MACRO bare_word(word) AS CASE
    WHEN regexp_full_match(without_elision(word), '\.*(\pL\.){2,}\pL?')
        THEN replace(without_elision(word), '.', '')
    WHEN regexp_full_match(word, '\d+\.\d+') THEN word
    ELSE regexp_replace(
        regexp_replace(trim(without_elision(word), '.'), '''s$', ''),
        replace('^(\pL{2,})([·.](END|s|x)([·.]?s)?|\((END)(\)s?)?|-(END)-s)$', 'END',
            'e|le|ne|te|se|ve|esse|euse|trice|rice|eresse|ère|ive|ale|elle|ienne|onne'),
        '\1')
END;

-- The words that a word with hyphens is made of, « st » written out.
CREATE MACRO word_parts(word) AS
    CASE WHEN regexp_full_match(word, '\d+\.\d+') THEN [word]
    ELSE list_transform(
        regexp_extract_all(word, '[\pL\d]+'),
        lambda part: CASE part
            WHEN 'st' THEN 'saint' WHEN 'ste' THEN 'sainte'
            WHEN 'sts' THEN 'saints' WHEN 'stes' THEN 'saintes' ELSE part END)
    END;

-- What a query asks for: a row for each word or part of one. « joined » is a hyphenated word in one
-- piece; a phrase has the pattern that a text must match.
CREATE MACRO query_words(query) AS TABLE
WITH pieces AS (
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
parts AS (
    SELECT
        * EXCLUDE (word),
        word_parts(bare_word(word)) AS parts,
        regexp_matches(bare_word(word), '[\pL\d][-&][\pL\d]') AS is_compound
    FROM words
)
SELECT row_number() OVER () AS slot, *
FROM (
    SELECT
        piece_no,
        excluded,
        in_phrase,
        is_start,
        is_compound AND NOT in_phrase AS is_compound,
        CASE WHEN is_compound AND NOT in_phrase THEN array_to_string(parts, '') END AS joined,
        unnest(parts) AS form
    FROM parts
);

-- What a phrase looks like in a text: letters with or without accents, whatever stands between words.
CREATE MACRO phrase_pattern(forms) AS
    '(?i)(?:^|[^\pL\d])' || regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        array_to_string(list_transform(forms, lambda form: fold(form)), '[^\pL\d]+'),
        'oe', '(?:oe|œ)', 'g'), 'a', '[aàâäáã]', 'g'), 'c', '[cç]', 'g'), 'e', '[eéèêë]', 'g'),
        'i', '[iîïí]', 'g'), 'n', '[nñ]', 'g'), 'o', '[oôöó]', 'g'), 'u', '[uùûüú]', 'g')
    || '(?:$|[^\pL\d])';

-- The stems that answer each word of a query. « exact », « same » and « variant » are bits of forms:
-- the word as typed, its inflections, the same word with other accents.
CREATE MACRO query_stems(query) AS TABLE
WITH asked AS MATERIALIZED (FROM query_words(query)),
known AS (   -- forms as typed but for their accents; one that begins so, for « mot* »
    SELECT asked.slot, asked.form AS typed, asked.is_compound, word_forms.*,
           word_forms.form = asked.form AS is_exact
    FROM asked JOIN word_forms ON word_forms.folded = fold(asked.form)
    WHERE NOT common OR word_forms.form = asked.form
    UNION ALL BY NAME
    SELECT asked.slot, asked.joined AS typed, false AS is_compound, word_forms.*,
           word_forms.form = asked.joined AS is_exact
    FROM asked JOIN word_forms ON word_forms.folded = fold(asked.joined)
    UNION ALL BY NAME
    SELECT asked.slot, asked.form AS typed, false AS is_compound, word_forms.*, true AS is_exact
    FROM asked JOIN word_forms
        ON asked.is_start AND starts_with(word_forms.folded, fold(asked.form))
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
    FROM unseen JOIN word_stems ON starts_with(unseen.folded, word_stems.folded)
    WHERE slot NOT IN (SELECT slot FROM inflected)
      AND length(word_stems.folded) >= 4
      AND regexp_full_match(
          substr(unseen.folded, length(word_stems.folded) + 1),
          '(s|x|e|es|ee|ees|er|ez|erent|irent|ant|antes?|ants|ait|aient|ons|ements?|ments?'
          || '|ations?|tions?|ateurs?|atrices?|atifs?|atives?|eurs?|euses?|iques?|ismes?|istes?'
          || '|ales?|al|aux|ifs?|ives?|ables?|ites?|ie|ing|ed|y|ies|os|as|a|o)')
    QUALIFY dense_rank() OVER (PARTITION BY slot ORDER BY length(word_stems.folded) DESC) = 1
)
FROM families
UNION ALL BY NAME
SELECT *, 0 AS exact, 0 AS variant, 0 AS same, false AS is_part, false AS is_common
FROM (FROM inflected UNION ALL BY NAME FROM continued);

-- Items that answer a query, by number, with their score: BM25 of each word, less where another form
-- answers it. All words are needed, but those that join others; « -word » must not be there.
CREATE MACRO search_items(query) AS TABLE
WITH stems AS MATERIALIZED (FROM query_stems(query)),
asked AS (
    SELECT
        words.*,
        coalesce(found.is_common, false) AS is_common,
        count(*) FILTER (NOT coalesce(found.is_common, false)) OVER (PARTITION BY piece_no) AS content
    FROM query_words(query) AS words
    LEFT JOIN (SELECT slot, bool_or(is_common) AS is_common FROM stems GROUP BY slot) AS found
        USING (slot)
    WHERE NOT (excluded AND in_phrase)
),
slots AS MATERIALIZED (
    SELECT
        *,
        NOT excluded AND (NOT is_common OR NOT in_phrase AND NOT bool_or(NOT is_common) OVER ())
            AS needed
    FROM asked
),
terms AS MATERIALIZED (
    SELECT
        stems.*,
        needed,
        excluded,
        ln(1 + (total - max(items) OVER slot + 0.5) / (max(items) OVER slot + 0.5)) AS rarity
    FROM stems
    JOIN slots USING (slot)
    CROSS JOIN (SELECT items AS total FROM snapshot)
    WHERE NOT (is_part AND content < 2) AND (needed OR NOT stems.is_common)
      AND NOT (excluded AND exact = 0)
    WINDOW slot AS (PARTITION BY slot)
    LIMIT 1000   -- « a* » has no end; and so DuckDB knows which side of the next join is small
),
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
),
matching AS (
    SELECT item_no, sum(score) / 100 AS score
    FROM hits
    GROUP BY item_no
    HAVING count(*) FILTER (needed) = (SELECT count(*) FROM slots WHERE needed)
       AND count(*) FILTER (needed) > 0
       AND NOT bool_or(excluded)
),
phrases AS (
    SELECT excluded, phrase_pattern(list(form ORDER BY slot)) AS pattern
    FROM query_words(query)
    WHERE in_phrase
    GROUP BY piece_no, excluded
)
FROM matching ANTI JOIN (
    SELECT item_no
    FROM matching CROSS JOIN phrases JOIN word_index USING (item_no) JOIN items USING (item_id)
    WHERE regexp_matches(concat_ws(chr(10), title, lead, text), pattern) = excluded
) USING (item_no);

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
ORDER BY score DESC, items.published_on DESC, item_id;
