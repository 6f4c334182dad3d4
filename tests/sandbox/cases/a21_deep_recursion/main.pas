function Descend(depth: longint): longint;
begin
  if depth = 0 then
    Descend := 0
  else
    Descend := 1 + Descend(depth - 1);
end;

begin
  writeln(Descend(1000000));
end.
