select holder, size_bytes from content where kind = $1 and digest = $2;
