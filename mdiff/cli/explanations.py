"""What every code means, with a command that is answered by exactly that code; data only."""

from __future__ import annotations


class Explanation:
    """What `mdiff explain CODE` says.

    `arguments` are the words after `mdiff` of the example, `stdin` its standard input (a byte that
    is no UTF-8 as a lone surrogate), so many `times`. A code that nothing typed can cause has no
    example.
    """

    __slots__ = ("arguments", "stdin", "text", "times", "title")

    def __init__(
        self,
        title: str,
        text: str,
        arguments: tuple[str, ...] = (),
        stdin: str = "",
        times: int = 1,
    ) -> None:
        self.title = title
        self.text = text
        self.times = times
        self.arguments = arguments
        self.stdin = stdin

    @property
    def command(self) -> str:
        """The example as it would be typed."""
        if not self.arguments:
            return ""
        from shlex import join

        command = join(["mdiff", *self.arguments])
        if not self.stdin:
            return command
        text = self.stdin.encode("utf-8", "surrogateescape")
        shown = "".join(chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}" for byte in text)
        if self.times > 1:
            return f"yes {join([shown.strip()])} | head -n {self.times} | {command}"
        return f"printf {join([shown])} | {command}"


EXPLANATIONS: dict[str, Explanation] = {
    "E001": Explanation(
        "there is nothing to read",
        "The expression is empty, or blank.",
        ("grad", ""),
    ),
    "E002": Explanation(
        "the text is too long",
        "Texts, and lines of a file of problems, are read up to a length that no formula reaches.",
        ("grad", "-"),
        "x^T x +\n",
        40_000,
    ),
    "E003": Explanation(
        "a control character stands in the text",
        "A character that cannot be seen. Often a shell or a program has read `\\f`, `\\t`, "
        "`\\n` or `\\b` of a LaTeX command as one: put single quotes around the text, or "
        "double the backslash.",
        ("grad", "-"),
        "\frac{1}{2} x^T x",
    ),
    "E004": Explanation(
        "a character means nothing here",
        "The character is no part of the language; `README.md` shows the language on one screen.",
        ("grad", "x^T # x"),
    ),
    "E005": Explanation(
        "brackets do not match",
        "A bracket, or the bar of a norm, is never closed, closes nothing, or is closed by "
        "another kind. Where bars are hard to tell apart, `norm(x)` and `abs(c)` say the "
        "same.",
        ("grad", "tr(A X"),
    ),
    "E006": Explanation(
        "something cannot stand here",
        "What is underlined has no meaning at this place; the label says what could stand there.",
        ("grad", "x^T * * x"),
    ),
    "E007": Explanation(
        "the text ends too early",
        "An operator, a function or a declaration still needs something after it.",
        ("grad", "x^T x +"),
    ),
    "E008": Explanation(
        "definitions and the expression are out of order",
        "A text is definitions, `name = …`, separated by `;` or new lines, and one "
        "expression last.",
        ("grad", "A x; ||A x||^2"),
    ),
    "E009": Explanation(
        "this notation is not supported yet",
        "mdiff knows what is meant, and cannot work with it yet.",
        ("grad", "sum_i x_i"),
    ),
    "E010": Explanation(
        "an index or a power on a function is not known",
        "Norms are `||x||`, `||x||_2`, `||x||_1`, `||x||_p`, `||x||_inf`, `||A||_F`, `||A||_2`, "
        "`||A||_*`, `||A||_{2,1}`; functions take whole powers, `sin^2(x)`.",
        ("grad", "||x||_H"),
    ),
    "E011": Explanation(
        "a number is too long",
        "Numbers are exact, so one of very many digits would be of no use, and costs much.",
        ("grad", "1e99999 x^T x"),
    ),
    "E012": Explanation(
        "there is no such property",
        "A declaration is a name, a shape and properties: `--let 'A: n×n symmetric'`.",
        ("grad", "tr(A X)", "--let", "A: n×n shiny"),
    ),
    "E013": Explanation(
        "something is no size",
        "A size is a name, `n`, or a whole number of at least 1.",
        ("grad", "x^T x", "--let", "x: 0"),
    ),
    "E014": Explanation(
        "the pattern of `einsum` is not well formed",
        "One letter an axis, arguments parted by commas, the axes of the value after `->`; every "
        "letter of the value is one of an argument.",
        ("grad", 'sum(einsum("ij,jk->il", A, B))'),
    ),
    "E051": Explanation(
        "the text is not UTF-8",
        "Expressions and files of problems are read as UTF-8. The underlined byte is not "
        "part of any character: the text is in another encoding, or is no text.",
        ("grad", "-"),
        "x^T x + \udcff",
    ),
    "E052": Explanation(
        "a record cannot be read",
        "A line of a `.jsonl` file is one JSON object: `id`, `expr`, `wrt`, `kind`, `vars` "
        "with the `shape` and `props` of each name, `structure`. Only `expr` has to be "
        "there.",
        ("batch", "--from", "jsonl", "--format", "plain", "-"),
        '{"id": "ridge", "expr": 2}',
    ),
    "E101": Explanation(
        "a name is not known",
        "A run of two or three letters is read as a product, `Ax`; a longer name has to be "
        "declared by `--let`, be defined before, or be a function that `mdiff functions` "
        "lists.",
        ("grad", "trase(A X)"),
    ),
    "E102": Explanation(
        "a name is defined twice",
        "A definition holds for the whole text.",
        ("grad", "r = A x; r = A x - b; ||r||^2"),
    ),
    "E103": Explanation(
        "a name is used before its definition",
        "Definitions come in order: each may use those before it, none itself.",
        ("grad", "A = 2 A; tr(A)"),
    ),
    "E104": Explanation(
        "there is no variable to differentiate by",
        "Numbers, sizes and names that are declared constant do not vary.",
        ("grad", "tr(3 I_n)"),
    ),
    "E105": Explanation(
        "the variable has to be named",
        "One answer was asked for, by `mdiff.grad` or a record of a batch, and the expression has "
        "several variables: `wrt` says which one is meant. A Hessian is by one or by two.",
        ("batch", "--format", "plain", "-"),
        "x^T A x\n",
    ),
    "E106": Explanation(
        "something is no name of a variable",
        "Derivatives are by variables, each named as in the expression: `x`, `A_1`, `Sigma`.",
        ("grad", "x^T x", "--wrt", "x^T"),
    ),
    "E107": Explanation(
        "a variable is called like the differential of another",
        "`dX` is the differential of `X` where `X` changes, so nothing else can have that name.",
        ("d", "tr(dX X)", "--wrt", "X", "--let", "dX: n×n"),
    ),
    "E111": Explanation(
        "a name is declared twice",
        "Two `--let` say something about the same name.",
        ("grad", "x^T x", "--let", "x: n", "--let", "x: m"),
    ),
    "E112": Explanation(
        "properties contradict each other",
        "No matrix but zero has both properties.",
        ("grad", "tr(A X)", "--let", "A: n×n symmetric skew"),
    ),
    "E113": Explanation(
        "a definition takes a name that has a meaning already",
        "What is declared, or known to mdiff, cannot be defined anew.",
        ("grad", "A = 2 X; tr(A)", "--let", "A: n×n"),
    ),
    "E115": Explanation(
        "there is no derivative by a defined name",
        "A name that is defined by others changes with them; differentiate by those.",
        ("grad", "r = A x - b; ||r||^2", "--wrt", "r"),
    ),
    "E116": Explanation(
        "there is no derivative by a size or a function",
        "Derivatives are by variables: scalars, vectors and matrices.",
        ("grad", "x^T x", "--wrt", "n", "--let", "x: n"),
    ),
    "E118": Explanation(
        "the text can be read in more than one way",
        "With `--strict` nothing is assumed: what would be told by a `read:` line is refused. "
        "Each stretch that is read in one way of several is underlined; the helps say how to "
        "leave no choice, by a declaration or by another spelling.",
        ("grad", "||A x - b||^2", "--wrt", "x", "--strict"),
    ),
    "E119": Explanation(
        "a quotient, a power or a function may reach further than it does",
        "`1/2n`, `-E/k T`, `x^-1/2`, `e^-x^2` and `tr A * B` are read by half of the people in one "
        "way and by half in the other; brackets say which is meant.",
        ("grad", "1/2n x^T x", "--wrt", "x"),
    ),
    "E201": Explanation(
        "inner dimensions differ in a product",
        "In `A B` the columns of `A` are as many as the rows of `B`.",
        ("grad", "log det(A^T X A)", "--let", "A: n×k", "--let", "X: m×m"),
    ),
    "E202": Explanation(
        "unequal shapes in a sum",
        "Equal shapes add; a number or scalar adds to every entry; nothing else is repeated.",
        ("grad", "sum(A + b)", "--let", "A: n×n", "--let", "b: n"),
    ),
    "E203": Explanation(
        "a gradient is of a scalar",
        "`mdiff grad` takes a scalar expression; `mdiff d` takes any.",
        ("grad", "x x^T", "--let", "x: n"),
    ),
    "E204": Explanation(
        "unequal shapes in a product by elements",
        "`.*` and `./` join equal shapes; a column joins every column of a matrix.",
        ("grad", "sum(A .* B)", "--let", "A: m×n", "--let", "B: n×m"),
    ),
    "E205": Explanation(
        "division by something that is no scalar",
        "`/` divides by a scalar, `./` by elements, `A B^-1` by a matrix.",
        ("jac", "x / y", "--let", "y: n", "--wrt", "y"),
    ),
    "E206": Explanation(
        "a power of something that has none",
        "Scalars and square matrices have powers; `x.^2` is the power by elements.",
        ("grad", "x^2", "--let", "x: n"),
    ),
    "E207": Explanation(
        "an exponent is no scalar",
        "Exponents are scalars.",
        ("grad", "c^y", "--let", "y: n"),
    ),
    "E208": Explanation(
        "a function does not take this shape",
        "`mdiff functions NAME` shows the shapes that a function takes.",
        ("grad", "det(A)", "--let", "A: m×n"),
    ),
    "E209": Explanation(
        "which norm of a matrix?",
        "`||x||` of a vector is its Euclidean norm; `||A||_F` of a matrix is its Frobenius norm, "
        "`||A||_2` its spectral norm, the largest singular value.",
        ("grad", "||A||", "--let", "A: m×n"),
    ),
    "E210": Explanation(
        "a function takes another number of arguments",
        "`mdiff functions NAME` shows the arguments that a function takes.",
        ("grad", "tr(kron(A))"),
    ),
    "E211": Explanation(
        "nothing says how large a constant is",
        "The size of `I`, of ones or zeros follows from what it meets, or is written: `I_n`.",
        ("grad", "x^T x + tr(I)"),
    ),
    "E212": Explanation(
        "a property does not fit the shape",
        "Only square matrices are symmetric, only vectors lie on the simplex.",
        ("grad", "tr(A X)", "--let", "A: m×n symmetric"),
    ),
    "E213": Explanation(
        "something is no size or index",
        "The arguments of `ones`, `zeros`, `eye` and `K` are sizes: names, whole numbers, "
        "products.",
        ("grad", "x^T ones(1/2)"),
    ),
    "E214": Explanation(
        "two sizes cannot be made equal",
        "A size follows from others, of a Kronecker product for example, and no whole number fits.",
        ("grad", "sum(kron(A, A) x)", "--let", "x: 6"),
    ),
    "E215": Explanation(
        "a letter of `einsum` stands for two sizes",
        "Axes with one letter run together, so they are equally long.",
        ("grad", 'sum(einsum("ij,jk->ik", A, B))', "--let", "A: 2×3", "--let", "B: 4×5"),
    ),
    "E216": Explanation(
        "an argument of `einsum` has other axes than its letters name",
        "Two letters for a matrix, one for a vector, none for a scalar.",
        ("grad", 'sum(einsum("i->i", A))', "--let", "A: n×n"),
    ),
    "E217": Explanation(
        "a power in a sum may be that of the matrix, or of its entries",
        "`sum(X.^2)` sums the squares of the entries, `sum(X X)` the entries of the product.",
        ("grad", "sum(X^2)", "--let", "X: n×n"),
    ),
    "E218": Explanation(
        "a product of two vectors that numpy and mathematics read differently",
        "Transposing a vector does nothing in numpy, so that `x @ x.T` is a number there; of "
        "columns it is a matrix. `x @ x` and `np.outer(x, x)` say which.",
        ("grad", "x @ x.T"),
    ),
    "E219": Explanation(
        "a capital would have to be a scalar, and is more than a coefficient",
        "A capital is a matrix unless it is declared otherwise, or stands as a mere coefficient, "
        "`C ||w||^2` or `1/N`; nothing else makes a scalar of it.",
        ("grad", "x^T x / N + sum(log(x) / log(N))", "--let", "x: n"),
    ),
    "E301": Explanation(
        "the expression exists nowhere",
        "Something has no value at any point: the inverse of zero, for example.",
        ("grad", "tr(X inv(A - A))", "--wrt", "X"),
    ),
    "E302": Explanation(
        "there is no closed form for this derivative here",
        "The derivative exists, and mdiff cannot write it down yet.",
        ("grad", "sum(expm(A))", "--wrt", "A"),
    ),
    "E303": Explanation(
        "part of the answer has no notation",
        "Sums of products of entries read as matrix products, traces, `diag` and `.*` where their "
        "network is series-parallel, and as `einsum` where it is not. Neither reaches this one.",
    ),
    "E304": Explanation(
        "this function is not supported yet",
        "mdiff knows what is meant, and has no differential of it yet.",
        ("grad", "sum(eig(A))"),
    ),
    "E305": Explanation(
        "the derivative is too long to be written out",
        "A product of n factors has a derivative of n products, and a second one of n*n. Beyond "
        "some hundred thousand factors nobody reads it, and mdiff stops before it takes long.",
        ("grad", "y' " + 20 * "X^40 " + "z", "--wrt", "X"),
    ),
    "E351": Explanation(
        "a record asks for something that is not supported yet",
        "A batch answers records of the kinds `grad`, `jac`, `hess` and `differential`.",
        ("batch", "--from", "jsonl", "--format", "plain", "-"),
        '{"id": "modulus", "expr": "abs(z)", "wrt": "z", "kind": "complex"}',
    ),
    "E401": Explanation(
        "vech is for symmetric variables",
        "The vech of a symmetric matrix are the columns of its lower triangle, stacked. Declare "
        "the variable `symmetric` or `spd`, or leave `--vec vech` out.",
        ("jac", "A X + X A", "--wrt", "X", "--vec", "vech"),
    ),
    "E402": Explanation(
        "a variable has the name of the duplication matrix",
        "Answers by vech contain the duplication matrix `D(n)`, so that no variable can be called "
        "`D` or `D_n` beside it.",
        ("hess", "tr(D X X)", "--wrt", "X", "--let", "X: symmetric", "--vec", "vech"),
    ),
    "E403": Explanation(
        "the operator form has no vech",
        "`--form operator` is a map of `dX`, whose entries are not stacked.",
        ("jac", "A X", "--wrt", "X", "--let", "X: spd", "--form", "operator", "--vec", "vech"),
    ),
    "E451": Explanation(
        "a record asks for a structure that is not supported yet",
        "The gradient by a structured variable is `projected` on such matrices, or `ambient`.",
        ("batch", "--from", "jsonl", "--format", "plain", "-"),
        '{"id": "det", "expr": "det(X)", "wrt": "X", "structure": "entries"}',
    ),
    "E501": Explanation(
        "a claim is not the derivative",
        "The claim has another value at random points. What would make it right is underlined "
        "where a small edit does; each edit that is offered was proved.",
        ("check", "x^T A x", "A x", "--wrt", "x"),
    ),
    "E502": Explanation(
        "a claim cannot be the derivative",
        "Its shape is not that of the derivative, whatever its value; or it has none, because its "
        "own shapes do not fit. What the names are is decided by the expression alone.",
        ("check", "||A x - b||^2", "2 (A x - b)", "--wrt", "x", "--let", "A: m×n"),
    ),
    "E503": Explanation(
        "a claim is the derivative only in another sense",
        "It is right in another layout or convention, or under the condition that is named.",
        ("check", "x^T A x", "2 A x", "--wrt", "x"),
    ),
    "E901": Explanation(
        "internal error",
        "This is a fault of mdiff, whatever was typed. Please report the command, and what "
        "`--debug` adds to it.",
    ),
    "E902": Explanation(
        "an answer was refuted",
        "Every answer is held against the input before it is shown, and this one is not the "
        "derivative: it is not shown. This is a fault of mdiff. Please report the command.",
    ),
}
