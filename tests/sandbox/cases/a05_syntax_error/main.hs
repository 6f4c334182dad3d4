main = do putStrLn (show 5
