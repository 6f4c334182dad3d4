numbers = []
loop { numbers << numbers.size.to_s }
