var
  a, b: integer;
begin
  readln(a, b);
  writeln(a + b);
end.
