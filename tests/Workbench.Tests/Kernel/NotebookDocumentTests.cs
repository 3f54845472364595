using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Workbench.Kernel.Documents;
using Xunit;

namespace Workbench.Tests.Kernel;

public sealed class NotebookDocumentTests
{
    private const string Sample =
        """
        {
          "cells": [
            { "cell_type": "markdown", "metadata": { "mine": { "deep": [1, 2] } }, "source": ["# Title\n", "text"], "attachments": { "a.png": { "image/png": "AAAA" } } },
            { "cell_type": "code", "id": "has id!", "execution_count": 3, "metadata": { "tags": ["parameters"], "x": 1 }, "source": "var a = 1;",
              "outputs": [
                { "output_type": "stream", "name": "stdout", "text": ["one\n", "two"] },
                { "output_type": "execute_result", "execution_count": 3, "metadata": { "w": 5 }, "data": { "text/plain": "1", "application/json": { "k": [true] } } },
                { "output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a", "b"] },
                { "output_type": "update_display_data", "metadata": {}, "data": { "text/plain": "updated" } }
              ] },
            { "cell_type": "raw", "id": "ok-1", "metadata": {}, "source": "raw" },
            { "cell_type": "raw", "id": "ok-1", "metadata": {}, "source": "again", "surprise": 7 }
          ],
          "metadata": { "kernelspec": { "name": ".net-csharp" }, "vendor": { "keep": "me" } },
          "nbformat": 4, "nbformat_minor": 2, "top_level": "kept"
        }
        """;

    [Fact]
    public void Any_minor_version_is_read_and_4_5_is_written()
    {
        var json = JsonNode.Parse(NotebookDocument.Parse(Sample).ToJson())!;
        Assert.Equal((4, 5), ((int)json["nbformat"]!, (int)json["nbformat_minor"]!));
    }

    [Fact]
    public void Unknown_metadata_and_keys_survive_a_round_trip()
    {
        var json = JsonNode.Parse(NotebookDocument.Parse(Sample).ToJson())!;
        Assert.Equal("me", (string?)json["metadata"]!["vendor"]!["keep"]);
        Assert.Equal("kept", (string?)json["top_level"]);
        Assert.Equal(2, (int)json["cells"]![0]!["metadata"]!["mine"]!["deep"]![1]!);
        Assert.Equal(1, (int)json["cells"]![1]!["metadata"]!["x"]!);
        Assert.Equal(7, (int)json["cells"]![3]!["surprise"]!);
        Assert.Equal("AAAA", (string?)json["cells"]![0]!["attachments"]!["a.png"]!["image/png"]);
    }

    [Fact]
    public void Outputs_survive_a_round_trip_in_order()
    {
        var outputs = NotebookDocument.Parse(NotebookDocument.Parse(Sample).ToJson()).Cells[1].Outputs;
        Assert.Equal("one\ntwo", Assert.IsType<StreamOutput>(outputs[0]).Text);
        var result = Assert.IsType<DisplayOutput>(outputs[1]);
        Assert.True(result is { IsResult: true, ExecutionCount: 3 });
        Assert.Equal("""{"k":[true]}""", result.Data["application/json"]);
        Assert.Equal(5, (int)result.Metadata["w"]!);
        Assert.Equal(["a", "b"], Assert.IsType<ErrorOutput>(outputs[2]).Traceback);
        Assert.Equal("updated", Assert.IsType<DisplayOutput>(outputs[3]).Data["text/plain"]);
    }

    [Fact]
    public void Every_written_cell_has_a_valid_id_of_its_own_and_good_ids_stay()
    {
        var json = NotebookDocument.Parse(Sample).ToJson();
        var ids = JsonNode.Parse(json)!["cells"]!.AsArray().Select(c => (string)c!["id"]!).ToList();
        Assert.All(ids, id => Assert.Matches(new Regex("^[a-zA-Z0-9_-]{1,64}$"), id));
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal("ok-1", ids[2]);
        Assert.Equal(json, NotebookDocument.Parse(Sample).ToJson());
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("no json", "not valid JSON")]
    [InlineData("{\"cells\": [", "not valid JSON")]
    [InlineData("[1]", "not an object")]
    [InlineData("{}", "nbformat")]
    [InlineData("{\"nbformat\": 3, \"worksheets\": []}", "nbformat is 3")]
    [InlineData("{\"nbformat\": 4}", "'cells'")]
    [InlineData("{\"nbformat\": 4, \"cells\": [5]}", "cell 1 is not an object")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"video\"}]}", "unknown cell_type 'video'")]
    [InlineData("{\"nbformat\": 4, \"nbformat\": 4, \"cells\": []}", "nbformat")]
    public void What_is_not_a_notebook_gets_one_error_that_names_file_and_reason(string text, string reason)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.ipynb");
        File.WriteAllText(path, text);
        var error = Assert.Throws<NotebookFormatException>(() => NotebookDocument.Read(path));
        Assert.Contains(path, error.Message);
        Assert.Contains(reason, error.Message);
        File.Delete(path);
    }

    [Fact]
    public void Writing_leaves_no_temporary_file_and_keeps_the_old_one_when_it_fails()
    {
        var folder = Directory.CreateTempSubdirectory("document").FullName;
        var path = Path.Combine(folder, "a.ipynb");
        var document = NotebookDocument.Parse(Sample);
        document.Write(path);
        document.Metadata["no number"] = System.Text.Json.Nodes.JsonValue.Create(double.NaN);
        Assert.ThrowsAny<Exception>(() => document.Write(path));
        Assert.Equal(4, NotebookDocument.Read(path).Cells.Count);
        Assert.Single(Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void What_a_cell_calls_json_and_is_none_is_kept_as_text()
    {
        var document = NotebookDocument.Parse(Sample);
        document.Cells[1].Outputs.Clear();
        MimeBundle data = new([new("application/json", "{broken")]);
        document.Cells[1].Outputs.Add(new DisplayOutput(data));
        Assert.Equal("{broken", Workbench.Kernel.Jupyter.WireText.Bundle(data)["application/json"]!.GetValue<string>());
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.ipynb");
        document.Write(path);
        Assert.Equal("\"{broken\"", Assert.IsType<DisplayOutput>(NotebookDocument.Read(path).Cells[1].Outputs.Single()).Data["application/json"]);
        File.Delete(path);
    }

    [Fact]
    public void Half_a_surrogate_pair_in_an_output_does_not_break_the_file()
    {
        var document = NotebookDocument.Parse(Sample);
        document.Cells[1].Outputs.Clear();
        document.Cells[1].Outputs.Add(new StreamOutput("stdout", "a\ud83d b \U0001F600"));
        Assert.Equal("a\ufffd b \U0001F600", Assert.IsType<StreamOutput>(NotebookDocument.Parse(document.ToJson()).Cells[1].Outputs[0]).Text);
    }
}
