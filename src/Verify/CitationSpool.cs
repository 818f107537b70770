using System.Buffers.Binary;
using System.Text;
using Exchange.Grains.Replay;
using Exchange.Ledger;

namespace Exchange.Verify;

/// <summary>What waits for chains to be replayed, sorted outside memory. See <see cref="SortedSpool"/>.</summary>
internal sealed class CitationSpool(int chunkSizeBytes = CitationSpool.ChunkSizeBytes) : IChainSpool, IDisposable
{
    private const int ChunkSizeBytes = 32 * 1024 * 1024;
    private const int KindSizeBytes = 1;

    // A byte below every byte of a key, so that a key sorts before those that it begins.
    private const byte KeyEnd = 0x00;

    private readonly SortedSpool _sorted = new(chunkSizeBytes);
    private byte[] _record = new byte[256];

    internal long Count => _sorted.Count;

    // kind || key || 0x00 || index, big-endian || body: sorts by bytes as the items do.
    public void Add(SpoolItem item)
    {
        var key = item.Chain.Key.Value;
        var size = KindSizeBytes + key.Length + 1 + sizeof(long) + item.Body.Length;
        if (size > _record.Length)
        {
            Array.Resize(ref _record, Math.Max(size, _record.Length * 2));
        }

        _record[0] = (byte)item.Chain.Kind;
        _ = Encoding.ASCII.GetBytes(key, _record.AsSpan(KindSizeBytes));
        var at = KindSizeBytes + key.Length;
        _record[at++] = KeyEnd;
        BinaryPrimitives.WriteInt64BigEndian(_record.AsSpan(at), item.Index.Value);
        item.Body.Span.CopyTo(_record.AsSpan(at + sizeof(long)));
        _sorted.Add(_record.AsSpan(0, size));
    }

    public IEnumerable<SpoolItem> Drain()
    {
        foreach (var record in _sorted.ReadSorted())
        {
            yield return Read(record.Span);
        }
    }

    public void Dispose() => _sorted.Dispose();

    private static SpoolItem Read(ReadOnlySpan<byte> record)
    {
        var end = record.IndexOf(KeyEnd);
        var key = GrainKey.Parse(Encoding.ASCII.GetString(record[KindSizeBytes..end]));
        var index = BinaryPrimitives.ReadInt64BigEndian(record[(end + 1)..]);
        return new(new((GrainKind)record[0], key), new(index), record[(end + 1 + sizeof(long))..].ToArray());
    }
}
