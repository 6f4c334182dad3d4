unit answers;

interface

function Answer: integer;

implementation

function Answer: integer;
begin
  Answer := 42;
end;

end.
