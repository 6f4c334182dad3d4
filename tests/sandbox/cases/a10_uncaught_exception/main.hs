main :: IO ()
main = error "out of range"
