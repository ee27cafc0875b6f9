#!/usr/bin/env bash
# Builds a stand-in for public.ecr.aws/lambda/python:3.13 where no registry is reachable, and tags it $1.
# It is not AWS's image: this machine's Python and the few programs and libraries that a function needs, AWS's runtime
# client from PyPI, and the runtime interface emulator that comes with SAM CLI, at the places where AWS has them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

TAG=$1
PYTHON=.local/venv/bin/python
RUNTIME=emulator/src/dockerless/lambda_runtime/runtime-requirements.txt
PROGRAMS=(sh env cat chmod cp ls ln mkdir mv rm)
# What wheels expect of a manylinux system beyond what Python itself is linked with.
LIBRARIES=(libstdc++.so.6 libgcc_s.so.1 libz.so.1 librt.so.1 libpthread.so.0 libdl.so.2 libutil.so.1 libresolv.so.2)

prefix=$("$PYTHON" -c 'import sys; print(sys.base_prefix)')
case $(uname -m) in x86_64) architecture=x86_64 ;; aarch64 | arm64) architecture=arm64 ;; esac
interface_emulator=.local/sam/lib/python3.13/site-packages/samcli/local/rapid/aws-lambda-rie-$architecture

stamp=$({ cat tests/sam/base-image.sh "$RUNTIME" requirements/sam.txt && "$PYTHON" -VV; } | cksum | cut -d ' ' -f 1)
[ "$(docker image inspect --format '{{index .Config.Labels "stamp"}}' "$TAG" 2>/dev/null)" != "$stamp" ] || exit 0

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
root=$context/root
mkdir -p "$root"/{etc/ssl/certs,opt,tmp,usr/bin,usr/local/bin,usr/lib,usr/lib64,var/lang/lib,var/runtime,var/task}
ln -s usr/bin "$root/bin"
ln -s usr/lib "$root/lib"
ln -s usr/lib64 "$root/lib64"

tar -C "$prefix" --exclude=__pycache__ --exclude='*.a' --exclude='lib/python3.13/test' --exclude='_tkinter*' \
    --exclude='lib/python3.13/site-packages/*' --exclude='bin/pip*' -cf - bin include lib | tar -C "$root/var/lang" -xf -
ln -sf python3.13 "$root/var/lang/bin/python3"
ln -sf python3.13 "$root/var/lang/bin/python"
.local/uv/bin/uv pip install --quiet --python "$PYTHON" --target "$root/var/runtime" --requirements "$RUNTIME"
# pip's work is done by uv: the newsroom's 130 packages are there in half a minute instead of three.
cp .local/uv/bin/uv "$root/usr/local/bin/"
printf '#!/bin/sh\nexec uv --quiet pip "$@" --python /var/lang/bin/python3.13\n' >"$root/var/lang/bin/pip"

for program in "${PROGRAMS[@]}"; do
    cp -L "$(command -v "$program")" "$root/usr/bin/"
done
# Every library that is linked with what is there now, at the path where the loader finds it.
{
    # ldd fails for scripts and what is linked statically; those need nothing.
    find "$root" -type f \( -perm -u+x -o -name '*.so*' \) -exec ldd {} + 2>/dev/null | grep -oE '/[^ ]+\.so[^ ]*' || true
    for library in "${LIBRARIES[@]}"; do
        /sbin/ldconfig -p | sed -n "s|^\t$library .* => ||p"
    done
} | grep -vF -e "$root" -e "$prefix" | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -Ln "$library" "$root$library"
done

cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
cp "$interface_emulator" "$root/usr/local/bin/aws-lambda-rie"
cat >"$root/var/runtime/bootstrap" <<'END'
#!/bin/sh
export PYTHONPATH=/var/task:/opt/python/lib/python3.13/site-packages:/opt/python:/var/runtime
exec /var/lang/bin/python3.13 -m awslambdaric "${1:-$_HANDLER}"
END
# AWS's contract: the handler is the only argument; without a runtime API the interface emulator provides one.
cat >"$root/lambda-entrypoint.sh" <<'END'
#!/bin/sh
export _HANDLER="$1"
[ -z "$AWS_LAMBDA_RUNTIME_API" ] || exec /var/runtime/bootstrap "$1"
exec /usr/local/bin/aws-lambda-rie /var/runtime/bootstrap "$1"
END
chmod 755 "$root/var/lang/bin/pip" "$root"/usr/local/bin/* "$root/var/runtime/bootstrap" "$root/lambda-entrypoint.sh"
chmod 1777 "$root/tmp"

cat >"$context/Dockerfile" <<END
FROM scratch
COPY root /
LABEL stamp=$stamp
ENV LANG=en_US.UTF-8 TZ=:/etc/localtime PATH=/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin \
    LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib \
    LAMBDA_TASK_ROOT=/var/task LAMBDA_RUNTIME_DIR=/var/runtime \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt PIP_CERT=/etc/ssl/certs/ca-certificates.crt
WORKDIR /var/task
ENTRYPOINT ["/lambda-entrypoint.sh"]
END
docker build --quiet --tag "$TAG" "$context"
