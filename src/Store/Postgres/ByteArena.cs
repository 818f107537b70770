namespace Exchange.Store.Postgres;

/// <summary>
/// Room for many short runs of bytes that are needed together and forgotten together. Not thread-safe.
/// </summary>
internal sealed class ByteArena
{
    private const int BlockSizeBytes = 64 * 1024;

    private readonly List<byte[]> _blocks = [];
    private int _block = -1;
    private int _used;

    /// <summary>Some bytes to be filled by the caller; valid until the arena is cleared.</summary>
    internal Memory<byte> Take(int sizeBytes)
    {
        if (sizeBytes > BlockSizeBytes)
        {
            return new byte[sizeBytes];
        }

        if (_block < 0 || _used + sizeBytes > BlockSizeBytes)
        {
            _block++;
            _used = 0;
            if (_block == _blocks.Count)
            {
                _blocks.Add(new byte[BlockSizeBytes]);
            }
        }

        var taken = _blocks[_block].AsMemory(_used, sizeBytes);
        _used += sizeBytes;
        return taken;
    }

    internal void Clear()
    {
        _block = -1;
        _used = 0;
    }
}
