uses
  sysutils;
begin
  raise Exception.Create('out of range');
end.
