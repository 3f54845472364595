"""Tells the public suite jupyter_kernel_test what to say to a C# kernel. Every test of the suite gets its samples: none is skipped."""

import sys
import unittest

import jupyter_kernel_test


class CSharpKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = ".net-csharp"
    language_name = "C#"
    file_extension = ".cs"
    code_hello_world = 'Console.WriteLine("hello, world");'
    code_stderr = 'Console.Error.WriteLine("oops");'
    completion_samples = [
        {"text": "Console.WriteLi", "matches": ["WriteLine"]},
        {"text": "Enumerable.Rang", "matches": ["Range"]},
    ]
    complete_code_samples = ["1", "var x = 1;", "int F(int v)\n{\n    return v;\n}", "// nothing"]
    incomplete_code_samples = ["if (true) {", "F(1,", 'var s = @"open']
    invalid_code_samples = ["int 5x = 3;", "}"]
    code_page_something = "?Math.Max"
    code_generate_error = 'throw new InvalidOperationException("no");'
    code_execute_result = [
        {"code": "1 + 1", "result": "2"},
        {"code": "6 * 7", "result": "42"},
        {"code": '"text"', "result": "text"},
        {"code": "1 + 1", "result": "2"},
        {"code": "new { A = 1 }", "mime": "text/html"},
    ]
    code_display_data = [
        {"code": 'display(HTML("<b>x</b>"));', "mime": "text/html"},
        {"code": "display(new[] { 1, 2 });", "mime": "text/plain"},
    ]
    code_history_pattern = "1*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.Max"
    code_clear_output = "clear_output();"


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=2).result
    print(f"ran {result.testsRun}, skipped {len(result.skipped)}, failed {len(result.failures) + len(result.errors)}")
    sys.exit(not result.wasSuccessful())
