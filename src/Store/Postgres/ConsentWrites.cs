using System.Security.Cryptography;
using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>
/// Writes consents: what their terms share once, and each row with the place of its terms among those of the
/// transaction. Terms are written with the rows until a commit is known that has them.
/// </summary>
internal sealed class ConsentWrites : TableWrites
{
    internal const int DigestSizeBytes = 16;

    private const int KnownMax = 4096;

    private readonly Dictionary<ReadOnlyMemory<byte>, Terms> _terms = new(new BytesComparer());
    private readonly Dictionary<ReadOnlyMemory<byte>, Terms>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly List<Terms> _used = [];
    private readonly ByteArena _arena = new();
    private readonly TermsInsert _insert = new();
    private readonly ArrayParameters _upsert = new(PostgresRows.Statement(RowTable.Consent, "upsert"));
    private readonly List<ReadOnlyMemory<byte>> _digests;
    private readonly List<int> _places;
    private readonly List<short> _kinds;
    private readonly List<short> _statuses;
    private readonly List<ReadOnlyMemory<byte>> _keys;
    private readonly List<ReadOnlyMemory<byte>> _items;
    private readonly List<ReadOnlyMemory<byte>> _bodies;
    private readonly ArrayParameters _delete = new(PostgresRows.Statement(RowTable.Consent, "delete"));
    private readonly List<short> _deletedKinds;
    private readonly List<ReadOnlyMemory<byte>> _deletedKeys;
    private readonly List<ReadOnlyMemory<byte>> _deletedItems;

    internal ConsentWrites()
    {
        _lookup = _terms.GetAlternateLookup<ReadOnlySpan<byte>>();
        _digests = _upsert.AddBytes();
        _places = _upsert.AddInteger();
        _kinds = _upsert.AddSmall();
        _statuses = _upsert.AddSmall();
        _keys = _upsert.AddBytes();
        _items = _upsert.AddBytes();
        _bodies = _upsert.AddBytes();
        _deletedKinds = _delete.AddSmall();
        _deletedKeys = _delete.AddBytes();
        _deletedItems = _delete.AddBytes();
    }

    /// <summary>The name that the table of terms knows a shared part by.</summary>
    internal static byte[] DigestOf(ReadOnlySpan<byte> shared)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(shared, digest);
        return digest[..DigestSizeBytes].ToArray();
    }

    /// <summary>The rows of the transaction before are committed, and their terms with them.</summary>
    internal void Stored()
    {
        foreach (var terms in _used)
        {
            terms.IsStored = true;
        }
    }

    protected override void Upsert(ChainId chain, string item, in EncodedChange change)
    {
        ReadOnlySpan<byte> body = change.Body;
        var (left, shared, right) = ConsentForm.Split(body);
        var terms = TermsOf(body[shared], change.Columns);
        if (terms.Place == 0)
        {
            _used.Add(terms);
            _digests.Add(terms.Digest);

            // Arrays of the database begin at 1.
            terms.Place = _used.Count;
        }

        _places.Add(terms.Place);
        _kinds.Add((short)chain.Kind);
        _statuses.Add(checked((short)change.Columns[2].Number!.Value));
        _keys.Add(Pack(chain.Key.Value));
        _items.Add(Pack(item));
        _bodies.Add(Join(body[left], body[right]));
    }

    protected override void Delete(ChainId chain, string item)
    {
        _deletedKinds.Add((short)chain.Kind);
        _deletedKeys.Add(Pack(chain.Key.Value));
        _deletedItems.Add(Pack(item));
    }

    protected override void AddStatements(NpgsqlBatch batch)
    {
        _insert.AddTo(batch, _used);
        if (_kinds.Count > 0)
        {
            batch.BatchCommands.Add(_upsert.Command);
        }

        if (_deletedKinds.Count > 0)
        {
            batch.BatchCommands.Add(_delete.Command);
        }
    }

    protected override void Clear()
    {
        foreach (var terms in _used)
        {
            terms.Place = 0;
        }

        if (_terms.Count >= KnownMax)
        {
            // Terms that are all different would fill memory for nothing; starting anew writes some once more.
            _terms.Clear();
        }

        _used.Clear();
        _arena.Clear();
        _digests.Clear();
        _places.Clear();
        _kinds.Clear();
        _statuses.Clear();
        _keys.Clear();
        _items.Clear();
        _bodies.Clear();
        _deletedKinds.Clear();
        _deletedKeys.Clear();
        _deletedItems.Clear();
    }

    private Terms TermsOf(ReadOnlySpan<byte> shared, ImmutableArray<RowValue> columns)
    {
        if (!_lookup.TryGetValue(shared, out var terms))
        {
            terms = new(shared.ToArray(), DigestOf(shared), columns[0].Text!, columns[1].Text!);
            _terms.Add(terms.Shared, terms);
        }

        return terms;
    }

    private Memory<byte> Pack(string text)
    {
        var packed = _arena.Take(PackedKey.SizeOf(text.Length));
        PackedKey.Write(text, packed.Span);
        return packed;
    }

    private Memory<byte> Join(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var rest = _arena.Take(left.Length + right.Length);
        left.CopyTo(rest.Span);
        right.CopyTo(rest.Span[left.Length..]);
        return rest;
    }

    /// <summary>Terms that rows of this process named.</summary>
    internal sealed class Terms(byte[] shared, byte[] digest, string dataset, string recipient)
    {
        internal ReadOnlyMemory<byte> Shared { get; } = shared;

        internal ReadOnlyMemory<byte> Digest { get; } = digest;

        internal string Dataset { get; } = dataset;

        internal string Recipient { get; } = recipient;

        /// <summary>Whether a commit has them: they never go away again.</summary>
        internal bool IsStored { get; set; }

        /// <summary>The place among the terms of the transaction, from 1; 0 where it does not use them.</summary>
        internal int Place { get; set; }
    }

    /// <summary>Writes terms that nobody knows to be there, in one order everywhere.</summary>
    private sealed class TermsInsert
    {
        private readonly ArrayParameters _datasets = new(PostgresRows.Statement(RowTable.Consent, "insert_datasets"));
        private readonly List<string?> _datasetNames;
        private readonly ArrayParameters _terms = new(PostgresRows.Statement(RowTable.Consent, "insert_terms"));
        private readonly List<ReadOnlyMemory<byte>> _digests;
        private readonly List<string?> _termsDatasets;
        private readonly List<string?> _recipients;
        private readonly List<ReadOnlyMemory<byte>> _bodies;

        internal TermsInsert()
        {
            _datasetNames = _datasets.AddText();
            _digests = _terms.AddBytes();
            _termsDatasets = _terms.AddText();
            _recipients = _terms.AddText();
            _bodies = _terms.AddBytes();
        }

        internal void AddTo(NpgsqlBatch batch, List<Terms> used)
        {
            _datasetNames.Clear();
            _digests.Clear();
            _termsDatasets.Clear();
            _recipients.Clear();
            _bodies.Clear();
            foreach (var terms in used)
            {
                if (!terms.IsStored)
                {
                    _datasetNames.Add(terms.Dataset);
                    _digests.Add(terms.Digest);
                    _termsDatasets.Add(terms.Dataset);
                    _recipients.Add(terms.Recipient);
                    _bodies.Add(terms.Shared);
                }
            }

            if (_digests.Count > 0)
            {
                batch.BatchCommands.Add(_datasets.Command);
                batch.BatchCommands.Add(_terms.Command);
            }
        }
    }
}
