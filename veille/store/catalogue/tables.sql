-- Items: an article, study, call or event, a row each, as last read and judged. The open edition
-- holds relevant ones only, and of their text what the source lets pass.
CREATE TABLE items (
    item_id       VARCHAR     NOT NULL,  -- identifies the item in every snapshot
    title         VARCHAR     NOT NULL,  -- title
    url           VARCHAR     NOT NULL,  -- address of the page
    source_id     VARCHAR     NOT NULL,  -- source that announced it first
    source        VARCHAR     NOT NULL,  -- name of that source
    published_on  DATE        NOT NULL,  -- day of publication; day it was first seen when not known
    published_at  TIMESTAMPTZ,           -- moment of publication; null when not known
    date_origin   VARCHAR,               -- where the date was found: feed, page, url or guess
    first_seen_at TIMESTAMPTZ NOT NULL,  -- when the watch first saw it
    version       INTEGER     NOT NULL,  -- version of the article; the first is 1
    language      VARCHAR,               -- language (ISO 639-1); null when not known
    item_type     VARCHAR,               -- kind of document; its name is in labels
    axis          VARCHAR,               -- axis of the strategic plan; its name is in labels
    relevant      BOOLEAN     NOT NULL,  -- whether it is about the social and solidarity economy
    relevance     DOUBLE      NOT NULL,  -- probability of that, from 0 to 1
    decided_by    VARCHAR     NOT NULL,  -- who has the last word on it: person, rule or model
    doubtful      BOOLEAN     NOT NULL,  -- whether a person should still look at it
    story_id      VARCHAR,               -- story it belongs to; null when it stands alone
    words         INTEGER     NOT NULL,  -- words of its whole text
    note          VARCHAR     NOT NULL,  -- note by the watch team; empty when none
    state         VARCHAR,               -- what the team makes of it: accepted, kept (for the bulletin), aside, discuss or later; null while it is new, and in the open edition
    changed       BOOLEAN     NOT NULL,  -- whether its text changed since the team last decided; false in the open edition
    lead          VARCHAR     NOT NULL,  -- lead; empty where it may not be passed on
    text          VARCHAR     NOT NULL,  -- text, or what of it may be passed on; else empty
    author        VARCHAR     NOT NULL   -- byline; empty in the open edition
);

-- Domains of the items: a row for each item and domain.
CREATE TABLE item_domains (
    item_id     VARCHAR   NOT NULL,  -- the item
    domain      VARCHAR   NOT NULL,  -- financial_engineering, governance or leadership
    probability DOUBLE    NOT NULL,  -- how sure the tag is, from 0 to 1
    decided_by  VARCHAR   NOT NULL,  -- who has the last word: person, rule or model
    because     VARCHAR[] NOT NULL,  -- concepts that decided, the weightiest first
    evidence    JSON                 -- all that decided, with the text's words; null in the open edition
);

-- Regions that the items are about: a row for each item and place.
CREATE TABLE item_regions (
    item_id     VARCHAR   NOT NULL,  -- the item
    region      VARCHAR   NOT NULL,  -- QC-01 to QC-17, ISO 3166 code, EU or INT
    probability DOUBLE    NOT NULL,  -- how sure the tag is, from 0 to 1
    decided_by  VARCHAR   NOT NULL,  -- who has the last word: person, rule or model
    because     VARCHAR[] NOT NULL,  -- places that decided, the weightiest first
    evidence    JSON                 -- all that decided, with the text's words; null in the open edition
);

-- Themes of the items: a row for each item and theme.
CREATE TABLE item_themes (
    item_id     VARCHAR   NOT NULL,  -- the item
    theme       VARCHAR   NOT NULL,  -- theme; its name is in labels
    probability DOUBLE    NOT NULL,  -- how sure the tag is, from 0 to 1
    decided_by  VARCHAR   NOT NULL,  -- who has the last word: person, rule or model
    because     VARCHAR[] NOT NULL,  -- concepts that decided, the weightiest first
    evidence    JSON                 -- all that decided, with the text's words; null in the open edition
);

-- Stories: the same text or event told by several items, once.
CREATE TABLE stories (
    story_id     VARCHAR   NOT NULL,  -- identifies the story in every snapshot
    title        VARCHAR   NOT NULL,  -- title of its original or, failing that, of its first item
    first_on     DATE      NOT NULL,  -- day of its first item
    last_on      DATE      NOT NULL,  -- day of its last item
    items        INTEGER   NOT NULL,  -- how many items tell it in this edition
    sources      INTEGER   NOT NULL,  -- how many sources they come from
    reason       VARCHAR   NOT NULL,  -- why these items are one story; empty in the open edition
    aliases      VARCHAR[] NOT NULL   -- younger identifiers that it took over
);

-- Items of the stories, in order: a row each.
CREATE TABLE story_members (
    story_id VARCHAR NOT NULL,  -- the story
    item_id  VARCHAR NOT NULL,  -- the item
    place    INTEGER NOT NULL,  -- place in the story; the original, when it is known, is 1
    kind     VARCHAR NOT NULL,  -- original, copy or event
    share    DOUBLE  NOT NULL   -- part of the text in common with the story, from 0 to 1
);

-- Sources watched, and the organisations that publish them.
CREATE TABLE sources (
    source_id       VARCHAR     NOT NULL,  -- identifies the source
    name            VARCHAR     NOT NULL,  -- organisation or publication
    url             VARCHAR     NOT NULL,  -- home page
    feed            VARCHAR,               -- address that is polled, when it is another
    kind            VARCHAR     NOT NULL,  -- how it is read: feed, sitemap, listing, oai or api
    category        VARCHAR     NOT NULL,  -- kind of organisation; empty when not said
    country         VARCHAR     NOT NULL,  -- country (ISO 3166-1), EU or INT; empty when not said
    region          VARCHAR     NOT NULL,  -- region it is from; empty when not said
    languages       VARCHAR[]   NOT NULL,  -- languages it publishes in
    domains         VARCHAR[]   NOT NULL,  -- domains it usually treats
    excerpt         VARCHAR     NOT NULL,  -- what may be passed on: none, title, quote or full
    active          BOOLEAN     NOT NULL,  -- whether it is polled
    state           VARCHAR     NOT NULL,  -- its health: ok, failing, silent, retired, untried
    last_success_at TIMESTAMPTZ,           -- last time that it answered
    last_new_at     TIMESTAMPTZ            -- last time that it had something new
);

-- What identifiers are called: domains, regions, themes, kinds of document, axes.
CREATE TABLE labels (
    kind   VARCHAR NOT NULL,  -- domain, region, theme, type or axis
    id     VARCHAR NOT NULL,  -- identifier
    label  VARCHAR NOT NULL,  -- name for people
    parent VARCHAR            -- what it is part of: a region's country or province
);

-- New relevant items by week, domain and region. An item of two domains counts in both rows: for
-- totals, count items.
CREATE TABLE weekly_counts (
    week    VARCHAR NOT NULL,  -- ISO week, as 2026-W47
    monday  DATE    NOT NULL,  -- its first day
    domain  VARCHAR,           -- domain; null for items without one
    region  VARCHAR,           -- region; null for items without one
    items   INTEGER NOT NULL,  -- how many items
    stories INTEGER NOT NULL,  -- how many different stories, items that stand alone included
    sources INTEGER NOT NULL   -- how many different sources
);

-- This snapshot: what to cite beside a figure taken from it. One row.
CREATE TABLE snapshot (
    snapshot_id   VARCHAR     NOT NULL,  -- its name: the moment of publication, in UTC
    edition       VARCHAR     NOT NULL,  -- team or open
    published_at  TIMESTAMPTZ NOT NULL,  -- moment of publication
    timezone      VARCHAR     NOT NULL,  -- time zone that days and weeks are told in
    items         INTEGER     NOT NULL,  -- how many items it holds
    relevant      INTEGER     NOT NULL,  -- how many of them are relevant
    model_version VARCHAR     NOT NULL,  -- what judged them
    digest        VARCHAR     NOT NULL,  -- what it was made from: snapshots of one digest hold the same
    engine        VARCHAR     NOT NULL   -- version of veille that wrote it
);

-- Search index: which stems stand in which item. The function search reads it.
CREATE TABLE word_items (
    stem_id INTEGER   NOT NULL,  -- the stem, in word_stems
    item_no INTEGER   NOT NULL,  -- the item, in word_index
    weight  UTINYINT  NOT NULL,  -- how much of the item it is: frequency, place and length; 100 is usual
    forms   USMALLINT NOT NULL   -- which of the stem's forms stand in the text passed on: bit of its rank
);

-- Search index: stems, each in its language.
CREATE TABLE word_stems (
    stem_id  INTEGER NOT NULL,  -- the stem
    stem     VARCHAR NOT NULL,  -- what is left of a word without its endings
    folded   VARCHAR NOT NULL,  -- the same without accents
    language VARCHAR NOT NULL,  -- language (ISO 639-1); empty for those that are not stemmed
    items    INTEGER NOT NULL   -- how many items hold it
);

-- Search index: forms of words, and the stems that they are found by.
CREATE TABLE word_forms (
    folded   VARCHAR   NOT NULL,  -- the form without accents: what a search looks up
    form     VARCHAR   NOT NULL,  -- the form, in lower case
    lemma    VARCHAR   NOT NULL,  -- what it is an inflection of
    stem_id  INTEGER   NOT NULL,  -- its stem
    rank     UTINYINT  NOT NULL,  -- its rank among the forms of its stem, the most frequent 0, up to 15
    siblings USMALLINT NOT NULL,  -- bits of the ranks of all forms of its lemma, its own included
    items    INTEGER   NOT NULL,  -- how many items hold its stem
    common   BOOLEAN   NOT NULL   -- whether it says nothing by itself: « de », « the »
);

-- Search index: items by number, with what a search filters and counts by.
CREATE TABLE word_index (
    item_no      INTEGER   NOT NULL,  -- number of the item in this snapshot
    item_id      VARCHAR   NOT NULL,  -- the item
    published_on DATE      NOT NULL,  -- its day
    moment       TIMESTAMPTZ NOT NULL,  -- its moment: of publication, else first seen
    relevant     BOOLEAN   NOT NULL,  -- whether it is relevant
    source_id    VARCHAR   NOT NULL,  -- its source
    language     VARCHAR,             -- its language
    item_type    VARCHAR,             -- its kind
    domains      VARCHAR[] NOT NULL,  -- its domains
    regions      VARCHAR[] NOT NULL,  -- its regions
    themes       VARCHAR[] NOT NULL   -- its themes
);
