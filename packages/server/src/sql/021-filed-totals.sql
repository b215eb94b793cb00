-- Filed dossiers of a year in detail and of a day altogether, so that pages read as many rows at a million dossiers as at ten
-- thousand. The database keeps them beside the counts they follow from: also while a node of an older version writes those.

CREATE TABLE yearly_filed (
  year text NOT NULL,                   -- 2026
  procedure text NOT NULL,
  agency text NOT NULL,
  channel text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (year, procedure, agency, channel)
);

CREATE TABLE daily_filed (
  day date PRIMARY KEY,
  count bigint NOT NULL
);

-- Nobody counts between the sums and the triggers.
LOCK TABLE daily_count, monthly_count IN SHARE ROW EXCLUSIVE MODE;

INSERT INTO yearly_filed (year, procedure, agency, channel, count)
SELECT left(month, 4), procedure, agency, channel, sum(count) FROM monthly_count
WHERE metric = 'filed' AND procedure <> '*' GROUP BY 1, 2, 3, 4;

INSERT INTO daily_filed (day, count)
SELECT day, sum(count) FROM daily_count WHERE metric = 'filed' GROUP BY 1;

CREATE FUNCTION follow_in_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO yearly_filed (year, procedure, agency, channel, count)
  VALUES (left(NEW.month, 4), NEW.procedure, NEW.agency, NEW.channel, NEW.count - coalesce(OLD.count, 0))
  ON CONFLICT (year, procedure, agency, channel) DO UPDATE SET count = yearly_filed.count + excluded.count;
  RETURN NULL;
END $$;
CREATE TRIGGER follow_in_year AFTER INSERT OR UPDATE ON monthly_count
FOR EACH ROW WHEN (NEW.metric = 'filed' AND NEW.procedure <> '*') EXECUTE FUNCTION follow_in_year();

CREATE FUNCTION follow_in_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO daily_filed (day, count) VALUES (NEW.day, NEW.count - coalesce(OLD.count, 0))
  ON CONFLICT (day) DO UPDATE SET count = daily_filed.count + excluded.count;
  RETURN NULL;
END $$;
CREATE TRIGGER follow_in_day AFTER INSERT OR UPDATE ON daily_count
FOR EACH ROW WHEN (NEW.metric = 'filed') EXECUTE FUNCTION follow_in_day();
