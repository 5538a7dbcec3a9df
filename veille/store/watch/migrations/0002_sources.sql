-- What sources.yaml declared, a row each time a source's declaration changed or went.
CREATE TABLE source_declarations (
    declaration_id VARCHAR     NOT NULL,  -- digest of source, moment and hash
    source_id      VARCHAR     NOT NULL,  -- id in sources.yaml
    declared_at    TIMESTAMPTZ NOT NULL,  -- when a run first saw it so
    hash           VARCHAR     NOT NULL,  -- digest of the declaration; empty when it was taken out
    withdrawn      BOOLEAN     NOT NULL,  -- whether it was taken out of sources.yaml
    active         BOOLEAN     NOT NULL,  -- whether it is polled
    name           VARCHAR     NOT NULL,  -- the organisation or publication
    url            VARCHAR     NOT NULL,  -- its home page
    feed           VARCHAR,               -- what is polled, when it is not the home page
    kind           VARCHAR     NOT NULL,  -- feed, sitemap, listing, oai or api
    country        VARCHAR     NOT NULL,  -- ISO 3166-1 code, EU or INT; empty when not said
    region         VARCHAR     NOT NULL,  -- ISO 3166-2 code or QC-01 to QC-17; empty when not said
    category       VARCHAR     NOT NULL,  -- kind of organisation
    languages      VARCHAR[]   NOT NULL,  -- ISO 639-1 codes
    domains        VARCHAR[]   NOT NULL,  -- domains it usually treats
    declaration    JSON        NOT NULL   -- all of it
);

-- What sources.yaml declares now, as the last run saw it.
CREATE VIEW source_declaration_current AS
FROM source_declarations
QUALIFY row_number() OVER (
    PARTITION BY source_id ORDER BY declared_at DESC, declaration_id
) = 1 AND NOT withdrawn;
