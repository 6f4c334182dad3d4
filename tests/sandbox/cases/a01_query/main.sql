CREATE VIEW sevens AS SELECT * FROM pupils WHERE class = 7; -- a comment; with a semicolon
SELECT class, count(*) FROM pupils GROUP BY class ORDER BY class;
SELECT name FROM sevens ORDER BY name;
