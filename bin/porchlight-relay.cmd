@echo off
setlocal
set "BUNDLE=dist\relay\porchlight-relay.js"
rem Without "call": launch.cmd takes over, and its exit code is ours.
"%~dp0launch.cmd" %*
