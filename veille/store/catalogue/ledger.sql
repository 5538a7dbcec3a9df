-- What the next publication needs to know of the last one; not published.
CREATE TABLE ledger.about (
    scheme VARCHAR NOT NULL,       -- how it was written; of another scheme, all is written anew
    snapshot_id VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    changes INTEGER NOT NULL       -- items put in or taken out since all was written
);

CREATE TABLE ledger.items (
    item_id VARCHAR NOT NULL,
    item_no INTEGER NOT NULL,
    stamp VARCHAR NOT NULL,        -- what it was made from
    leeway INTEGER NOT NULL        -- how much of its text was passed on
);

-- Words are not packed: choosing how took two thirds of the time that writing them did.
CREATE TABLE ledger.stems (
    stem_id INTEGER NOT NULL,
    language VARCHAR NOT NULL USING COMPRESSION uncompressed,
    stem VARCHAR NOT NULL USING COMPRESSION uncompressed,
    folded VARCHAR USING COMPRESSION uncompressed   -- null where it is the same
);

CREATE TABLE ledger.forms (
    form_no INTEGER NOT NULL,
    language VARCHAR NOT NULL USING COMPRESSION uncompressed,
    form VARCHAR NOT NULL USING COMPRESSION uncompressed,
    folded VARCHAR USING COMPRESSION uncompressed,  -- null where it is the same, as is the lemma
    lemma VARCHAR USING COMPRESSION uncompressed,
    stem_id INTEGER NOT NULL,
    rank UTINYINT NOT NULL,
    common BOOLEAN NOT NULL
);

CREATE TABLE ledger.uses (         -- of each form
    form_no INTEGER NOT NULL,
    uses INTEGER NOT NULL,         -- titles and texts that hold it
    held INTEGER NOT NULL,         -- texts of the open edition's items that hold it
    shown INTEGER NOT NULL         -- titles and texts that the open edition shows and that hold it
);
