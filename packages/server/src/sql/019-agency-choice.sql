-- The agency that the citizen chose among those that may decide; null: none was chosen, and intake takes the first.

ALTER TABLE draft ADD COLUMN agency text;
