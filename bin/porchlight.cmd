@echo off
setlocal
set "BUNDLE=dist\engine\porchlight.js"
rem Without "call": launch.cmd takes over, and its exit code is ours.
"%~dp0launch.cmd" %*
