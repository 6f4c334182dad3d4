# Ruby compiles as it starts; a syntax error must be known before the first test.
ARGV.each do |source|
  RubyVM::InstructionSequence.compile_file(source)
rescue SyntaxError => error
  warn error.message
  exit 1
end
