-- Run once the index is in, with the variable all_forms: whether forms that stand in one text alone are told too.
INSERT INTO word_stems BY NAME
SELECT stem_id, stem, coalesce(folded, stem) AS folded, language, coalesce(holding, 0) AS items
FROM ledger.stems
LEFT JOIN (SELECT stem_id, count(*) AS holding FROM word_items GROUP BY stem_id) USING (stem_id)
WHERE holding > 0 OR stem_id IN (SELECT stem_id FROM ledger.forms WHERE common)
ORDER BY folded, stem_id;

INSERT INTO word_forms BY NAME
WITH used AS (
    SELECT
        * REPLACE (coalesce(folded, form) AS folded, coalesce(lemma, form) AS lemma),
        coalesce(shown, 0) > 0 OR coalesce(held, 0) > 1 AS is_told
    FROM ledger.forms LEFT JOIN ledger.uses USING (form_no)
    WHERE uses > 0 OR common
),
families AS (
    SELECT stem_id, lemma, bit_or(1::USMALLINT << rank::USMALLINT) AS siblings
    FROM used GROUP BY stem_id, lemma
),
told AS (
    SELECT form, used.folded, lemma, stem_id, rank, common, siblings, items
    FROM used JOIN families USING (stem_id, lemma) JOIN word_stems USING (stem_id)
    WHERE getvariable('all_forms') OR is_told OR common
)
FROM told
UNION ALL BY NAME   -- a lemma is asked for more often than what stands in texts: « réseau »
SELECT DISTINCT lemma AS form, fold(lemma) AS folded, lemma, stem_id, 15 AS rank, false AS common, siblings, items
FROM told ANTI JOIN (SELECT form AS lemma, stem_id FROM told) USING (lemma, stem_id)
UNION ALL BY NAME   -- a stem none of whose forms is told is found by itself at least
SELECT stem AS form, folded, stem AS lemma, stem_id, 15 AS rank, false AS common, 0 AS siblings, items
FROM word_stems ANTI JOIN told USING (stem_id)
ORDER BY folded, form, stem_id;
