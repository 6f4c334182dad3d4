<?php
echo "started";
function f( {
