using System.Security.Cryptography;
using System.Text;

namespace Exchange.Ledger.Tests.Naive;

/// <summary>A second implementation of the chain file, which remembers what each byte of it is.</summary>
internal sealed class NaiveChainFile
{
    private readonly List<byte> _bytes = [];
    private readonly List<string> _labels = [];

    internal byte[] Bytes => [.. _bytes];

    internal string LabelAt(int position) => _labels[position];

    /// <summary>Writes a file that states one thing and may hold another.</summary>
    internal static NaiveChainFile Write(
        byte[] exchange,
        IReadOnlyList<(object?[] Chain, long Count, byte[] Head)> stated,
        IReadOnlyList<byte[][]> entries,
        IReadOnlyList<(string Kind, byte[] Name, byte[] Bytes)> content)
    {
        var file = new NaiveChainFile();
        file.Add("magic", Encoding.ASCII.GetBytes("exchange-chains\n"));
        file.Add("format", NaivePack.BigEndian(1, 2));
        file.Add("list", exchange);
        file.Add("list", NaivePack.BigEndian(stated.Count, 4));
        foreach (var (chain, count, head) in stated)
        {
            var record = NaivePack.Pack(new object?[] { chain, count, head });
            file.Add("list", NaivePack.BigEndian(record.Length, 2));
            file.Add("list", record);
        }

        file.Add("list", SHA256.HashData(file.Bytes));
        var offsets = new List<byte>();
        for (var chain = 0; chain < entries.Count; chain++)
        {
            offsets.AddRange(NaivePack.BigEndian(file._bytes.Count, 8));
            for (var index = 0; index < entries[chain].Length; index++)
            {
                file.Add($"entry {chain} {index}", NaivePack.BigEndian(entries[chain][index].Length, 2));
                file.Add($"entry {chain} {index}", entries[chain][index]);
            }
        }

        offsets.AddRange(NaivePack.BigEndian(file._bytes.Count, 8));
        offsets.AddRange(NaivePack.BigEndian(content.Count, 8));
        offsets.AddRange(NaivePack.BigEndian(content.Count, 4));
        for (var number = 0; number < content.Count; number++)
        {
            offsets.AddRange(content[number].Name);
            offsets.AddRange(NaivePack.BigEndian(file._bytes.Count, 8));
            file.AddItem($"content {number}", content[number]);
        }

        file.Add($"content {content.Count}", [0]);
        var position = file._bytes.Count;
        file.Add("offsets", [.. offsets]);
        file.Add("offsets", SHA256.HashData([.. offsets]));
        file.Add("trailer", NaivePack.BigEndian(position, 8));
        file.Add("trailer", SHA256.HashData(file.Bytes));
        file.Add("end mark", Encoding.ASCII.GetBytes("end-of-chains\n"));
        return file;
    }

    private void AddItem(string label, (string Kind, byte[] Name, byte[] Bytes) item)
    {
        var start = _bytes.Count;
        Add(label, [1, .. item.Name, (byte)item.Kind.Length, .. Encoding.ASCII.GetBytes(item.Kind)]);
        var left = item.Bytes.AsSpan();
        for (var full = true; full;)
        {
            var size = Math.Min(left.Length, 65536);
            Add(label, NaivePack.BigEndian(size, 4));
            Add(label, left[..size].ToArray());
            left = left[size..];
            full = size == 65536;
        }

        Add(label, SHA256.HashData(_bytes[start..].ToArray()));
    }

    private void Add(string label, byte[] bytes)
    {
        _bytes.AddRange(bytes);
        _labels.AddRange(Enumerable.Repeat(label, bytes.Length));
    }
}
