global using System.Reflection;
global using System.Text;
global using System.Text.RegularExpressions;
global using Exchange.Style.Tests.Reading;
