uses
  answers;
begin
  writeln(Answer);
end.
