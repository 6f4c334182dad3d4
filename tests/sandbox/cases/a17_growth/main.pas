type
  Link = ^Node;
  Node = record
    next: Link;
    cells: array[1..1000] of longint;
  end;
var
  last, node_: Link;
begin
  last := nil;
  while true do
  begin
    new(node_);
    fillchar(node_^.cells, sizeof(node_^.cells), 1);
    node_^.next := last;
    last := node_;
  end;
end.
