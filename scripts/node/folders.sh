#!/usr/bin/env bash
# The folders of a node, and how one is known for whose it is. Sourced.

# The user of the node's containers, whose its folders are.
NODE_UID=10000
# In a folder of cached content: the instance that it is of; empty in one that uninstall.sh kept, which any may take.
DRIVE_MARK=.larder-drive
# In the node's data folder: the agent's image.
NODE_MARK=.larder-node
# For uninstall.sh: all that the cache makes in a folder of content, and that deploy.sh and the agent make in the data folder.
# shellcheck disable=SC2034
CONTENT_NAMES=(objects index.journal index.journal.new "$DRIVE_MARK" "$DRIVE_MARK.new")
# shellcheck disable=SC2034
DATA_NAMES=(agent identity drives policy.json policy.json.new deploy.setup deploy.log restart-due "$NODE_MARK")

# is_empty PATH: there is nothing, or a folder without anything in it but a mark that was not finished.
is_empty() {
  [[ ! -e $1 && ! -L $1 ]] || [[ -d $1 && -z $(ls -A -I lost+found -I "$DRIVE_MARK.new" -- "$1") ]]
}

# is_listed FOLDER DATADIR: as content of the node there. Nodes that were deployed before there were marks have the list alone.
is_listed() {
  [[ -f $2/$NODE_MARK ]] && grep -qxF -- "$1" "$2/drives" 2>/dev/null
}

# has_mark FOLDER
has_mark() {
  [[ -f $1/$DRIVE_MARK && ! -L $1/$DRIVE_MARK ]]
}

# mark_of FOLDER: empty also without a mark.
mark_of() {
  ! has_mark "$1" || head -c 64 -- "$1/$DRIVE_MARK"
}

# mark_drive FOLDER INSTANCE: replaces the mark, whatever is in its place. As the folder's owner: the cache's container
# writes there too, and no link that someone in it puts in the way is to be followed with root's rights.
mark_drive() {
  # shellcheck disable=SC2016 # They are the inner shell's.
  (cd -- "$1" && timeout 10 setpriv --reuid "$NODE_UID" --regid "$NODE_UID" --clear-groups \
    sh -c 'umask 022 && rm -f -- "$1" && printf "%s" "$3" >"$1" && mv -fT -- "$1" "$2"' mark_drive \
    "$DRIVE_MARK.new" "$DRIVE_MARK" "$2")
}

# is_within PATH FOLDER: the two may be the same. Symbolic links are followed.
is_within() {
  [[ $(realpath -m -- "$1")/ == "$(realpath -m -- "$2")"/* ]]
}

# of_config NAME DATADIR: a field of the node that is enrolled there; empty without one.
of_config() {
  grep -o "\"$1\" *: *\"[^\"]*\"" "$2/agent/config.json" 2>/dev/null | sed 's/.*: *"//; s/"$//' || true
}

# check_folders INSTANCE DATADIR NODE FOLDER…: notes a problem for each that is another's, before anything is changed. The
# folders are those of content.
check_folders() {
  local instance=$1 datadir=$2 node=$3 folder other
  shift 3
  check_data_folder "$instance" "$datadir" "$node"
  for folder in "$@"; do
    check_content_folder "$folder" "$instance" "$datadir"
    # Where content is already, it stays.
    ! is_listed "$folder" "$datadir" || continue
    check_apart "$folder" "$datadir"
    for other in "$@"; do
      [[ $other == "$folder" ]] || ! is_within "$folder" "$other" ||
        problem drivepathandsizeingb "$folder would lie within another drive's content, $other" "Name folders beside each other."
    done
  done
}

# check_data_folder INSTANCE DATADIR NODE
check_data_folder() {
  local instance=$1 datadir=$2 node=$3 present
  if [[ ! -f $datadir/$NODE_MARK ]]; then
    is_empty "$datadir" ||
      problem datadir "$datadir holds something else than a node" "Name a folder that is empty or not there yet, for example datadir=\"/var/lib/$instance\""
    return
  fi
  present=$(of_config cacheNodeId "$datadir")
  [[ -z $present || $present == "$node" ]] ||
    problem cachenodeid "is not the node of this machine, which is $present in $datadir" \
      "Remove that one first (sudo ./uninstall.sh), or deploy this one beside it: instance=\"another-name\""
  present=$(of_config instance "$datadir")
  [[ -z $present || $present == "$instance" ]] ||
    problem instance "is not the one that $datadir belongs to, $present" "Leave datadir out, or write instance=\"$present\""
}

# check_content_folder FOLDER INSTANCE DATADIR
check_content_folder() {
  local folder=$1 instance=$2 datadir=$3 owner
  if has_mark "$folder"; then
    owner=$(mark_of "$folder")
    [[ -z $owner || $owner == "$instance" ]] ||
      problem drivepathandsizeingb "$folder holds the content of another node of this machine, $owner" "Give each node drives of its own."
  elif ! is_empty "$folder" && ! is_listed "$folder" "$datadir"; then
    problem drivepathandsizeingb "$folder is there, and is not known for a cache's content" \
      "Choose another folder. If it is content that a node left here: sudo touch '$folder/$DRIVE_MARK'"
  fi
}

# check_apart FOLDER DATADIR
check_apart() {
  local folder=$1 datadir=$2
  if is_within "$folder" "$datadir" || is_within "$datadir" "$folder"; then
    problem drivepathandsizeingb "$folder and the node's data folder $datadir would lie within each other" \
      "Choose a folder outside $datadir for the content."
  fi
}
