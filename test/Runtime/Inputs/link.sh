# usage: link.sh SOURCE_ROOT DIRECTORY OPENMP CC [FLAGS...]
# Two libraries, each with a runtime inside and the second with a later one,
# are linked in every mix of static and shared and in both orders; OPENMP is the
# flag that links OpenMP.
set -eu
root=$1 dir=$2 openmp=$3
shift 3
mkdir -p "$dir" && cd "$dir"
inputs=$root/test/Runtime/Inputs
compile() { # output source flags
  local out=$1 source=$2
  shift 2
  "${cc[@]}" -O1 -Wall -Wno-unused-command-line-argument -I"$root/include" -I"$root/lib/Runtime" -c "$source" \
    -o "$out" "$@"
}
cc=("$@")
compile runtime.o "$root/lib/Runtime/Runtime.c" -fPIC -DKEOPS_RT_OPENMP
compile newer.o "$inputs/newer.c" -fPIC -DKEOPS_RT_OPENMP
compile a.o "$inputs/kernel.c" -fPIC -DNAME=a
compile b.o "$inputs/kernel.c" -fPIC -DNAME=b -DNEWER
compile main.o "$inputs/two-libraries.c"
rm -f ./*.a
ar qc liba.a a.o runtime.o
ar qc libb.a b.o newer.o
"${cc[@]}" -shared a.o runtime.o -o liba.so $openmp
"${cc[@]}" -shared b.o newer.o -o libb.so $openmp
for libraries in "liba.a libb.a" "libb.a liba.a" "liba.so libb.so" \
  "libb.so liba.so" "liba.a libb.so" "libb.so liba.a" "liba.so libb.a" \
  "libb.a liba.so" "a.o b.o newer.o runtime.o"; do
  for mode in -pie "-no-pie -Wl,--gc-sections,--as-needed"; do
    if ! "${cc[@]}" $mode main.o $libraries -o program -Wl,-rpath,"$dir" \
      $openmp -lm -ldl || ! ./program >log; then
      echo "FAILED: $* $mode $libraries"
      cat log
      exit 1
    fi
  done
done
# A library exports its kernels and what users call; not its insides.
nm -D --defined-only liba.so | awk '{print $3}' | grep -v '^a_twice$' | sort
