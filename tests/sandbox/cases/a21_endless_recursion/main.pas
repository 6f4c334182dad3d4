function Descend(depth: longint): longint;
begin
  Descend := 1 + Descend(depth + 1);
end;

begin
  writeln(Descend(0));
end.
