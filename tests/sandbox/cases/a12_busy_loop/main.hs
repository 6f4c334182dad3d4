main :: IO ()
main = print (length (filter even [1 :: Integer ..]))
