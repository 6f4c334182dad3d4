CREATE TABLE blocks (block TEXT);
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers)
INSERT INTO blocks SELECT hex(zeroblob(1000)) || n FROM numbers;
