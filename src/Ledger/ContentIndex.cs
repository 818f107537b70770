namespace Exchange.Ledger;

/// <summary>
/// Where to begin looking for a content item: the position of every item whose number is a multiple of a power of two,
/// the least one that keeps the points few. Memory is bounded whatever the number of items.
/// </summary>
internal sealed class ContentIndex
{
    private readonly List<(Digest Name, long Position)> _points = [];
    private long _stride = 1;

    internal long Count { get; private set; }

    internal IReadOnlyList<(Digest Name, long Position)> Points => _points;

    internal void Add(Digest name, long position)
    {
        if (Count % _stride == 0)
        {
            if (_points.Count == ChainFileFormat.IndexPointsMax)
            {
                Thin();
            }

            if (Count % _stride == 0)
            {
                _points.Add((name, position));
            }
        }

        Count++;
    }

    private void Thin()
    {
        for (var i = 0; i < _points.Count / 2; i++)
        {
            _points[i] = _points[2 * i];
        }

        _points.RemoveRange(_points.Count / 2, _points.Count / 2);
        _stride *= 2;
    }
}
