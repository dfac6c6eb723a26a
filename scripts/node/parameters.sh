#!/usr/bin/env bash
# The parameters of deploy.sh: reading them, and checking all of them before anything is changed. Sourced.

# What the parameters come to. customerkey, registrationkey, PROXY_PASSWORD and SECRET are secrets.
declare -A PARAMETERS=()
DRIVE_FOLDERS=()
DRIVE_SIZES_GB=()
PROBLEMS=()
PROXY_PASSWORD=''
SECRET=''

PARAMETER_NAMES='customerid cachenodeid customerkey registrationkey drivepathandsizeingb cloudurl cloudca
  shoulduseproxy proxyurl proxypasswordfile instance datadir hostpolicy'
MAXIMUM_DRIVES=9
MAXIMUM_DRIVE_GB=10000

# problem PARAMETER WHAT MEND
problem() {
  PROBLEMS+=("$(printf '%-21s %s\n%-21s   → %s' "$1" "$2" '' "$3")")
}

# read_parameters NAME=VALUE…: into PARAMETERS, with names in lower case as Connected Cache's script takes them.
read_parameters() {
  local word name
  for word in "$@"; do
    name=${word%%=*}
    name=${name,,}
    if [[ $word != *=* ]]; then
      problem "'$word'" "is not of the form name=\"value\"" "Copy the whole command from the portal's Deployment tab."
    elif [[ " ${PARAMETER_NAMES//$'\n'/ } " != *" $name "* ]]; then
      problem "$name" "is not a parameter of this script" "See: ./deploy.sh --help"
    else
      PARAMETERS[$name]=${word#*=}
    fi
  done
}

parameter() {
  printf '%s' "${PARAMETERS[$1]:-}"
}

# default_parameters BUNDLE: what was left out and has a usual value.
default_parameters() {
  : "${PARAMETERS[instance]:=larder}"
  : "${PARAMETERS[datadir]:=/var/lib/${PARAMETERS[instance]}}"
  : "${PARAMETERS[shoulduseproxy]:=false}"
  : "${PARAMETERS[cloudca]:=$1/cloud-ca.pem}"
}

check_parameters() {
  check_identity
  check_cloud
  check_proxy
  check_instance
  check_policy
  check_drives
}

check_identity() {
  local name file uuid='^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$'
  for name in customerid cachenodeid; do
    if [[ -z $(parameter $name) ]]; then
      problem "$name" "is missing" "Copy the command from the node's Deployment tab in the portal."
    elif [[ ! $(parameter $name) =~ $uuid ]]; then
      problem "$name" "is no id (8-4-4-4-12 hexadecimal digits): $(parameter $name)" \
        "Copy it from the node's Deployment tab in the portal."
    fi
    PARAMETERS[$name]=$(parameter $name | tr '[:upper:]' '[:lower:]')
  done
  # The values of these two are never shown.
  for name in customerkey registrationkey; do
    if [[ $(parameter $name) == @* ]]; then
      file=$(parameter $name)
      read_secret $name "${file#@}" || continue
      PARAMETERS[$name]=$SECRET
    fi
    if [[ -z $(parameter $name) ]]; then
      problem "$name" "is missing" "Copy the command from the node's Deployment tab in the portal."
    elif [[ ! $(parameter $name) =~ ^[A-Za-z0-9+/=_-]{8,512}$ ]]; then
      problem "$name" "is no key: letters, digits and + / = _ - only, 8 to 512 of them" \
        "Copy it from the node's Deployment tab in the portal, without spaces or quotes."
    fi
  done
}

check_cloud() {
  local url ca
  url=$(parameter cloudurl) ca=$(parameter cloudca)
  if [[ -z $url ]]; then
    problem cloudurl "is missing" "Give the address of your Larder cloud, for example cloudurl=\"https://larder.example.org:8443\""
  elif [[ ! $url =~ ^https://[A-Za-z0-9._-]+(:[0-9]{1,5})?/?$ && ! $url =~ ^https://\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?/?$ ]]; then
    problem cloudurl "is no address of the form https://host:port: $url" "For example cloudurl=\"https://larder.example.org:8443\""
  fi
  if [[ ! -r $ca ]]; then
    problem cloudca "cannot be read: $ca" "It comes with the bundle as cloud-ca.pem; download the bundle again, or name the file."
  elif ! grep -q -- '-----BEGIN CERTIFICATE-----' "$ca"; then
    problem cloudca "holds no certificate in PEM form: $ca" "Download the bundle again and use its cloud-ca.pem."
  fi
}

check_proxy() {
  local use name
  use=$(parameter shoulduseproxy)
  case $use in
    true)
      check_proxy_url
      check_proxy_password
      ;;
    false)
      for name in proxyurl proxypasswordfile; do
        [[ -z $(parameter $name) ]] ||
          problem $name "is given, but shoulduseproxy is not \"true\"" "Add shoulduseproxy=\"true\", or leave $name out."
      done
      ;;
    *) problem shoulduseproxy "is neither true nor false: $use" "Write shoulduseproxy=\"true\" or leave it out." ;;
  esac
}

# check_proxy_url: it is never shown, for there may be a password in it.
check_proxy_url() {
  local url host='([A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])' user='[^][@:/?#\\[:space:]]{1,765}'
  url=$(parameter proxyurl)
  [[ $url =~ ^http://($user@)?$host:[0-9]{1,5}/?$ ]] && return 0
  if [[ $url == *:*:*@* ]]; then
    problem proxyurl "has a password in it, which other users of this machine can read while the command runs" \
      "Write proxyurl=\"http://user@host:port\" and proxypasswordfile=\"FILE\". Have the password changed, and clear your shell's history."
  else
    problem proxyurl "is no address of the form http://host:port or http://user@host:port" \
      "For example proxyurl=\"http://proxy.example.org:3128\"; a user's own @ : / \\ % are written %40 %3A %2F %5C %25."
  fi
}

# check_proxy_password: into PROXY_PASSWORD.
check_proxy_password() {
  local file
  file=$(parameter proxypasswordfile)
  if [[ -z $file ]]; then
    [[ $(parameter proxyurl) != *@* ]] ||
      problem proxypasswordfile "is missing, and proxyurl names a user" \
        "Put the password into a file of root's alone and name it: proxypasswordfile=\"/root/proxy-password\""
  elif read_secret proxypasswordfile "$file"; then
    # shellcheck disable=SC2034 # deploy.sh's.
    PROXY_PASSWORD=$SECRET
    [[ $(parameter proxyurl) == *@* ]] ||
      problem proxypasswordfile "is given, but proxyurl names no user" "Write proxyurl=\"http://user@host:port\", or leave the file out."
  fi
}

# read_secret PARAMETER FILE: the first line of a file of root's alone, into SECRET. 1 with a problem.
read_secret() {
  local name=$1 file=$2 mode found=${#PROBLEMS[@]}
  SECRET=''
  if [[ ! -f $file || ! -r $file ]]; then
    problem "$name" "is no file that can be read: $file" "Name the file, and run the command as root: with sudo."
  elif mode=$(stat -L -c '%u:%a' "$file") && [[ ! $mode =~ ^0:[0-7]*00$ ]]; then
    problem "$name" "can be read or changed by others than root: $file" \
      "sudo chown root: '$file' && sudo chmod 600 '$file'. If others have read it, have what is in it changed."
  else
    IFS= read -r -n 2048 SECRET <"$file" || true
    SECRET=${SECRET%$'\r'}
    [[ -n $SECRET ]] || problem "$name" "has an empty first line: $file" "Write the password or the key there."
    printf '%s' "$SECRET" | iconv --from-code UTF-8 --to-code UTF-8 >/dev/null 2>&1 ||
      problem "$name" "is not in UTF-8: $file" "Save the file in UTF-8."
  fi
  ((${#PROBLEMS[@]} == found))
}

check_instance() {
  local instance datadir
  instance=$(parameter instance) datadir=$(parameter datadir)
  [[ $instance =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] ||
    problem instance "is no name for containers: $instance" "Use 1 to 31 lower-case letters, digits and hyphens, for example instance=\"larder\""
  [[ $datadir =~ ^/[^:,]+$ && $datadir != */../* && $datadir != */.. ]] ||
    problem datadir "is not an absolute folder without ':' and ',': $datadir" "For example datadir=\"/var/lib/$instance\""
}

check_policy() {
  local file
  file=$(parameter hostpolicy)
  [[ -z $file || (-f $file && -r $file) ]] ||
    problem hostpolicy "is no file that can be read: $file" "Name the host policy's file, or leave hostpolicy out."
}

# check_drives: '/path,GB[,/path,GB…]' into DRIVE_FOLDERS and DRIVE_SIZES_GB.
check_drives() {
  local fields i
  if [[ -z $(parameter drivepathandsizeingb) ]]; then
    problem drivepathandsizeingb "is missing" "Give a folder and the GB it may use: drivepathandsizeingb=\"/cache1,100\""
    return
  fi
  IFS=, read -r -a fields <<<"$(parameter drivepathandsizeingb)"
  if ((${#fields[@]} % 2 != 0 || ${#fields[@]} > 2 * MAXIMUM_DRIVES)); then
    problem drivepathandsizeingb "is not a list of up to $MAXIMUM_DRIVES times folder,GB: $(parameter drivepathandsizeingb)" \
      "For example drivepathandsizeingb=\"/cache1,100,/cache2,200\""
    return
  fi
  for ((i = 0; i < ${#fields[@]}; i += 2)); do
    check_drive "${fields[i]%/}" "${fields[i + 1]}"
  done
}

# check_drive FOLDER GB
check_drive() {
  local folder=$1 size=$2 other
  if [[ $folder != /* || $folder == *:* ]]; then
    problem drivepathandsizeingb "'$folder' is not an absolute folder without ':'" "Write it from the root: /cache1"
  elif [[ ! -d $folder ]]; then
    problem drivepathandsizeingb "the cache drive's folder does not exist: $folder" "Make it: sudo mkdir -p '$folder'"
  fi
  for other in "${DRIVE_FOLDERS[@]}"; do
    [[ $other != "$folder" ]] || problem drivepathandsizeingb "names $folder twice" "Give every folder once."
  done
  if [[ ! $size =~ ^[0-9]{1,5}(\.[0-9]{1,6})?$ ]] || ((10#${size%%.*} > MAXIMUM_DRIVE_GB)); then
    problem drivepathandsizeingb "'$size' is no size in GB (up to $MAXIMUM_DRIVE_GB) for $folder" "Write a number after the folder: $folder,100"
  fi
  DRIVE_FOLDERS+=("$folder")
  DRIVE_SIZES_GB+=("$size")
}

# warn_of_full_drives: a size that the disk cannot hold is no error: the cache stops filling before the disk is full.
warn_of_full_drives() {
  local i free_kb used_kb want_kb
  for i in "${!DRIVE_FOLDERS[@]}"; do
    free_kb=$(df --output=avail -k "${DRIVE_FOLDERS[i]}" | tail -n 1)
    used_kb=$(du -sk "${DRIVE_FOLDERS[i]}/larder" 2>/dev/null | cut -f 1 || true)
    want_kb=$((10#${DRIVE_SIZES_GB[i]%%.*} * 976563))
    if ((want_kb > free_kb + ${used_kb:-0})); then
      warn "${DRIVE_FOLDERS[i]} is to hold ${DRIVE_SIZES_GB[i]} GB, but its disk has $((free_kb / 976563)) GB free." \
        "The cache stops filling when the disk is full. Make room, or lower the size in the portal's Configuration tab."
    fi
  done
}

# report_problems: ends the script if there are any, having shown all.
report_problems() {
  ((${#PROBLEMS[@]})) || return 0
  printf 'ERROR: nothing was changed. Mend the following and run the command again:\n' >&2
  printf '  %s\n' "${PROBLEMS[@]//$'\n'/$'\n  '}" >&2
  exit 2
}
