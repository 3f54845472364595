using System.Text;
using System.Text.Encodings.Web;
using Workbench.Kernel.Display;
using Workbench.Kernel.Documents;

namespace Workbench.Kernel.Scripting;

/// <summary>The magics that only show something.</summary>
internal static class Magics
{
    private const string List =
        """
        #!csharp     run the lines below as C# (the default)
        #!markdown   show the lines below as Markdown
        #!html       show the lines below as HTML
        #!time       show how long the cell took
        #!who        names of the variables
        #!whos       variables with type and value
        #!import F   run the code of an .ipynb, .csx or .cs file
        #!set --name N --value V   declare a variable
        #!lsmagic    this list
        #!about      versions of kernel, compiler and runtime
        #!help       how to display, reference and interrupt
        """;

    private const string Help =
        """
        Last line without semicolon      its value is shown
        display(x), x.Display()          shows a value; keep what it returns and call Update(y) to change it in place
        HTML("<b>x</b>")                 HTML content, to display
        #r "path.dll", #r "nuget: X, V"  references, relative to the notebook's folder
        #load "file.csx"                 runs a file's code as part of the cell
        input("..."), password("...")    asks the user, where the front end can
        ?Name                            the documentation of a name, as Shift+Tab shows it
        CellCancellation                 a CancellationToken that fires when the cell is interrupted
        """;

    public static MimeBundle Run(CellStep step, ScriptSession session) => step.Command switch
    {
        "who" => MimeBundle.Plain(session.Variables.Count == 0 ? "no variables" : string.Join(", ", session.Variables.Select(v => v.Name))),
        "whos" => Whos(session.Variables),
        "lsmagic" => MimeBundle.Plain(List),
        "about" => MimeBundle.Plain(
            $"Workbench kernel {typeof(Magics).Assembly.GetName().Version?.ToString(3)}\n"
            + $"C# by Roslyn {typeof(Microsoft.CodeAnalysis.CSharp.CSharpCompilation).Assembly.GetName().Version?.ToString(3)}\n"
            + $"{System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription} on {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}"),
        _ => MimeBundle.Plain(Help),
    };

    private static MimeBundle Whos(IReadOnlyList<SessionVariable> variables)
    {
        var plain = new StringBuilder();
        var html = new StringBuilder("<table><thead><tr><th>name</th><th>type</th><th>value</th></tr></thead><tbody>");
        foreach (var variable in variables)
        {
            var type = TypeNames.Of(variable.Type);
            var value = Short(MimeFormatter.PlainText(variable.Value));
            plain.AppendLine($"{variable.Name}\t{type}\t{value}");
            html.Append($"<tr><td>{Encode(variable.Name)}</td><td>{Encode(type)}</td><td>{Encode(value)}</td></tr>");
        }

        return MimeBundle.Html(html.Append("</tbody></table>").ToString(), plain.ToString().TrimEnd());

        static string Encode(string text) => HtmlEncoder.Default.Encode(text);
    }

    private static string Short(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length > 100 ? line[..100] + " ..." : line;
    }
}
