-- Withdrawals: items taken out at a source's request, or let back in, a row each time. Of the item
-- nothing else is kept: its id is a digest of its address, and enough to refuse it.
CREATE TABLE withdrawals (
    withdrawal_id VARCHAR     NOT NULL,  -- digest of item and moment
    item_id       VARCHAR     NOT NULL,  -- item it is about
    withdrawn     BOOLEAN     NOT NULL,  -- whether it was taken out; else let back in
    decided_at    TIMESTAMPTZ NOT NULL,  -- when
    reason        VARCHAR     NOT NULL   -- why, in a person's words
);

-- The items that may not be taken in.
CREATE VIEW withdrawal_current AS
FROM withdrawals
QUALIFY row_number() OVER (
    PARTITION BY item_id ORDER BY decided_at DESC, withdrawal_id
) = 1 AND withdrawn;
