# build_examples.sh PREFIX WORK CC CXX: every example against the installed
# package, in a clean copy; each is run, and a second build has nothing to do.
set -eu
prefix=$1 work=$2 cc=$3 cxx=$4
export PATH=$prefix/bin:$PATH
rm -rf "$work"
cp -r "$(dirname "$0")/../../../examples" "$work"

for example in gauss-c digits-knn density; do
  make -s -C "$work/$example" CC="$cc"
  make -s -q -C "$work/$example" CC="$cc"
  make -s -C "$work/$example" CC="$cc" run
done

# On the machine's GPU or without one, then on the simulated driver.
make -s -C "$work/gauss-cuda" CC="$cc" run
make -s -C "$work/gauss-cuda" -q CC="$cc"
make -s -C "$work/gauss-cuda" -B CC="$cc" CUDA=simulated
KEOPS_CUDA_DRIVER=$(find "$prefix" -name libkeops_cuda_simulator.so) "$work/gauss-cuda/gauss"

cd "$work/two-files-cpp"
cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
  -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" >cmake.log || { cat cmake.log; exit 1; }
cmake --build build >build.log || { cat build.log; exit 1; }
cmake --build build | grep -q 'no work to do'
build/two_files
# What both files import changed: both are compiled again, the program too.
echo '// changed' >>geometry.kop
cmake --build build -- -n | grep -c 'kop' >rebuilt.txt
test "$(cat rebuilt.txt)" -ge 2

cd "$work/geodesic-shooting"
cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$cc" >cmake.log || { cat cmake.log; exit 1; }
cmake --build build >build.log || { cat build.log; exit 1; }
if grep -q warning build.log; then cat build.log; exit 1; fi
build/geodesic_shooting data/source.txt data/target.txt geodesic.svg
