-- Reports are made of whole months: totals per metric, and filed dossiers in detail. As quick at a million dossiers as at none.

CREATE TABLE monthly_count (
  month text NOT NULL,                  -- 2026-11
  metric text NOT NULL,
  procedure text NOT NULL,              -- '*' in the rows of totals
  agency text NOT NULL,
  channel text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (month, metric, procedure, agency, channel)
);

INSERT INTO monthly_count (month, metric, procedure, agency, channel, count)
SELECT to_char(day, 'YYYY-MM'), metric, '*', '*', '*', sum(count) FROM daily_count GROUP BY 1, 2
UNION ALL
SELECT to_char(day, 'YYYY-MM'), metric, procedure, agency, channel, sum(count) FROM daily_count WHERE metric = 'filed' GROUP BY 1, 2, 3, 4, 5;
