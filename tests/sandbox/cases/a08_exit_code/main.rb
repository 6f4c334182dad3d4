puts 5
exit 1
