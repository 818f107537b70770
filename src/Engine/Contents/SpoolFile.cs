using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Exchange.Engine.Contents;

/// <summary>
/// A sorted run of rows outside memory, under a key that never leaves memory. The file has no name from the moment it
/// is open, so that not even a crash leaves it behind. Not thread-safe.
/// </summary>
internal sealed class SpoolFile : IDisposable
{
    private const int ChunkSizeBytes = 64 * 1024;
    private const int TagSizeBytes = 16;

    private readonly FileStream _file;
    private readonly AesGcm _cipher;
    private readonly int _run;
    private readonly byte[] _plain = new byte[ChunkSizeBytes];
    private readonly byte[] _sealed = new byte[ChunkSizeBytes + TagSizeBytes];
    private int _filled;
    private int _read;
    private long _chunk;
    private long _rowsLeft;

    /// <param name="run">The number of the run under the key: no nonce serves twice.</param>
    internal SpoolFile(string folder, AesGcm cipher, int run)
    {
        _cipher = cipher;
        _run = run;
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var path = Path.Combine(folder, $"exchange-spool-{name}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _file = new FileStream(path, options);
        File.Delete(path);
    }

    internal void Write(in PlacedRow row)
    {
        var place = row.Place;
        WriteKey(place.Household.Value);
        WriteKey(place.Member?.Value ?? "");
        WriteKey(place.Identifier.Value);
        Span<byte> numbers = stackalloc byte[20];
        BinaryPrimitives.WriteInt64BigEndian(numbers, place.Link.Value);
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], row.Number);
        BinaryPrimitives.WriteInt32BigEndian(numbers[16..], row.Row.Length);
        WriteBytes(numbers);
        WriteBytes(row.Row.Span);
        _rowsLeft++;
    }

    /// <summary>Ends writing; the rows are read from the first on.</summary>
    internal void Rewind()
    {
        Flush();
        _file.Position = 0;
        _chunk = 0;
        _filled = 0;
        _read = 0;
    }

    /// <summary>The next row; false behind the last one.</summary>
    internal bool TryRead(SubjectPlace? before, out PlacedRow row)
    {
        row = default;
        if (_rowsLeft == 0)
        {
            return false;
        }

        _rowsLeft--;
        var household = GrainKey.Parse(ReadKey());
        var member = ReadKey();
        var identifier = GrainKey.Parse(ReadKey());
        Span<byte> numbers = stackalloc byte[20];
        ReadBytes(numbers);
        var bytes = new byte[BinaryPrimitives.ReadInt32BigEndian(numbers[16..])];
        ReadBytes(bytes);
        var place = new SubjectPlace(
            household, member.Length == 0 ? null : GrainKey.Parse(member), identifier,
            new(BinaryPrimitives.ReadInt64BigEndian(numbers)));
        row = new(place == before ? before : place, BinaryPrimitives.ReadInt64BigEndian(numbers[8..]), bytes);
        return true;
    }

    public void Dispose() => _file.Dispose();

    private void WriteKey(string key)
    {
        Span<byte> bytes = stackalloc byte[1 + GrainKey.LengthMax];
        bytes[0] = (byte)key.Length;
        _ = System.Text.Encoding.ASCII.GetBytes(key, bytes[1..]);
        WriteBytes(bytes[..(1 + key.Length)]);
    }

    private void WriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var size = Math.Min(bytes.Length, ChunkSizeBytes - _filled);
            bytes[..size].CopyTo(_plain.AsSpan(_filled));
            _filled += size;
            bytes = bytes[size..];
            if (_filled == ChunkSizeBytes)
            {
                Flush();
            }
        }
    }

    private void Flush()
    {
        if (_filled == 0)
        {
            return;
        }

        Span<byte> nonce = stackalloc byte[12];
        NextNonce(nonce);
        _cipher.Encrypt(
            nonce, _plain.AsSpan(0, _filled), _sealed.AsSpan(TagSizeBytes, _filled), _sealed.AsSpan(0, TagSizeBytes));
        _file.Write(_sealed.AsSpan(0, TagSizeBytes + _filled));
        _filled = 0;
    }

    private string ReadKey()
    {
        Span<byte> bytes = stackalloc byte[1 + GrainKey.LengthMax];
        ReadBytes(bytes[..1]);
        ReadBytes(bytes.Slice(1, bytes[0]));
        return System.Text.Encoding.ASCII.GetString(bytes.Slice(1, bytes[0]));
    }

    private void ReadBytes(scoped Span<byte> target)
    {
        while (target.Length > 0)
        {
            if (_read == _filled)
            {
                Fill();
            }

            var size = Math.Min(target.Length, _filled - _read);
            _plain.AsSpan(_read, size).CopyTo(target);
            _read += size;
            target = target[size..];
        }
    }

    private void Fill()
    {
        var size = _file.ReadAtLeast(_sealed, _sealed.Length, throwOnEndOfStream: false) - TagSizeBytes;
        if (size <= 0)
        {
            throw new InvalidDataException("Expected more rows in a spool file, found the end.");
        }

        Span<byte> nonce = stackalloc byte[12];
        NextNonce(nonce);
        _cipher.Decrypt(
            nonce, _sealed.AsSpan(TagSizeBytes, size), _sealed.AsSpan(0, TagSizeBytes), _plain.AsSpan(0, size));
        _filled = size;
        _read = 0;
    }

    private void NextNonce(Span<byte> nonce)
    {
        BinaryPrimitives.WriteInt32BigEndian(nonce, _run);
        BinaryPrimitives.WriteInt64BigEndian(nonce[4..], _chunk++);
    }
}
