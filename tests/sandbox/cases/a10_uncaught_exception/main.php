<?php
throw new OutOfRangeException("out of range");
