begin
  writeln(5);
  halt(1);
end.
