import qualified Data.IORef as R

main :: IO ()
main = do
  kept <- R.newIORef []
  let grow n = R.modifyIORef kept (n :) >> (n `seq` grow (n + 1))
  _ <- grow (0 :: Int)
  R.readIORef kept >>= print . length
