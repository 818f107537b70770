global using System.Collections.Immutable;
global using Exchange.Grains.Rules;
global using Exchange.Grains.Values;
global using Exchange.Grains.Wire;
global using Exchange.Ledger;
