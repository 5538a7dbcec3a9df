-- Run after derive.sql, for some numbers of items at a time: lists for all of them at once take 400 MB
-- for half a million.
INSERT INTO word_index BY NAME
WITH noted AS (SELECT item_id, item_no FROM ledger.items WHERE item_no BETWEEN $first AND $last)
SELECT
    item_no, item_id, published_on, coalesce(published_at, first_seen_at) AS moment, relevant, source_id, language, item_type,
    coalesce(domains, []) AS domains,
    coalesce(regions, []) AS regions,
    coalesce(themes, []) AS themes
FROM noted JOIN items USING (item_id)
LEFT JOIN (
    SELECT item_id, list(domain) AS domains
    FROM item_domains SEMI JOIN noted USING (item_id) GROUP BY item_id
) USING (item_id)
LEFT JOIN (
    SELECT item_id, list(region) AS regions
    FROM item_regions SEMI JOIN noted USING (item_id) GROUP BY item_id
) USING (item_id)
LEFT JOIN (
    SELECT item_id, list(theme) AS themes
    FROM item_themes SEMI JOIN noted USING (item_id) GROUP BY item_id
) USING (item_id)
ORDER BY item_no;
