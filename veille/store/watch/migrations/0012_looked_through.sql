-- How far runs looked through what is stored for what is still to do, so that the next one looks at
-- what came since. Made anew by runs, and counted again before each use: see looking.py.
CREATE TABLE looked_through_current (
    question       VARCHAR     NOT NULL,  -- read, signed or judged, and by which backlog, scheme or model
    until          TIMESTAMPTZ NOT NULL,  -- of rows of before nothing is left to do
    rows_before    BIGINT      NOT NULL,  -- how many they are
    rows_fold      BIGINT      NOT NULL,  -- their moments in µs, by exclusive or
    items          BIGINT      NOT NULL,  -- how many items they are about
    answered_until TIMESTAMPTZ NOT NULL,  -- what was done before was done to those rows alone
    answers_before BIGINT      NOT NULL,  -- how many rows tell of that
    answers_fold   BIGINT      NOT NULL   -- their moments in µs, by exclusive or
);
