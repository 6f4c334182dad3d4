<?php
$numbers = [];
while (true) $numbers[] = count($numbers);
