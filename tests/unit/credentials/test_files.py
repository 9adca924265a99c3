from pathlib import Path

import pytest
import trustme

from swarmfile.credentials.files import Credentials, CredentialsError, Login, read_credentials


def folder_with(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_an_absent_folder_holds_nothing(tmp_path: Path) -> None:
    assert read_credentials(tmp_path / "nothing") == Credentials()


def test_the_folder_is_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWARMFILE_AUTH", str(folder_with(tmp_path, token="t")))
    assert read_credentials().headers == (("Authorization", "Bearer t"),)


@pytest.mark.parametrize(
    ("files", "headers"),
    [
        ({"username": "ann", "password": "open sesame"}, [("Authorization", "Basic YW5uOm9wZW4gc2VzYW1l")]),
        ({"username": "ann", "password": "open sesame\r\n"}, [("Authorization", "Basic YW5uOm9wZW4gc2VzYW1l")]),
        ({"username": "ann", "password": "a:b"}, [("Authorization", "Basic YW5uOmE6Yg==")]),
        ({"username": "jörg", "password": "ü"}, [("Authorization", "Basic asO2cmc6w7w=")]),
        ({"token": "abc.def\n"}, [("Authorization", "Bearer abc.def")]),
        ({"header-name": "X-API-Key", "header-value": "k1"}, [("X-API-Key", "k1")]),
        ({"header-name": "X-Key", "header-value": "ü"}, [("X-Key", "Ã¼")]),
        (
            {"username": "a", "password": "b", "header-name": "X-API-Key", "header-value": "k1"},
            [("Authorization", "Basic YTpi"), ("X-API-Key", "k1")],
        ),
    ],
)
def test_values_become_headers(tmp_path: Path, files: dict[str, str], headers: list[tuple[str, str]]) -> None:
    assert list(read_credentials(folder_with(tmp_path, **files)).headers) == headers


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"username": "ann"}, "/password: is missing, but username is there"),
        ({"password": "canary-1234"}, "/username: is missing, but password is there"),
        ({"header-name": "X-API-Key"}, "/header-value: is missing, but header-name is there"),
        ({"tls.crt": "x"}, "/tls.key: is missing, but tls.crt is there"),
        ({"web-username": "ann"}, "/web-password: is missing, but web-username is there"),
        ({"username": "ann", "password": ""}, "/password: is empty"),
        ({"username": "ann", "password": "\n"}, "/password: is empty"),
        ({"token": "canary\r\nX-Evil: 1"}, "/token: has a line break"),
        ({"username": "a:b", "password": "canary"}, "/username: contains a colon"),
        ({"username": "a", "password": "canary", "token": "t"}, "/token: and username are both there"),
        ({"header-name": "X Key", "header-value": "canary"}, "/header-name: is not a header's name"),
        ({"header-name": "authorization", "header-value": "canary", "token": "t"}, "/header-name: is Authorization"),
        ({"tls.crt": "canary", "tls.key": "canary"}, "/tls.crt: and tls.key are not a PEM certificate"),
        ({"ca.crt": "canary"}, "/ca.crt: is not a certificate in PEM form"),
        ({"ca.crt": "canary", "insecure": "true"}, "/insecure: accepts any certificate"),
    ],
)
def test_what_is_wrong_is_named_in_one_line_without_the_value(
    tmp_path: Path, files: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CredentialsError) as raised:
        read_credentials(folder_with(tmp_path, **files))
    assert sentence in str(raised.value)
    assert str(raised.value).startswith(str(tmp_path))
    assert "\n" not in str(raised.value)
    assert "canary" not in str(raised.value).removeprefix(str(tmp_path))


def test_certificates_are_given_as_paths(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("client.example")
    certificate.private_key_pem.write_to_path(tmp_path / "tls.key")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "tls.crt")
    authority.cert_pem.write_to_path(tmp_path / "ca.crt")
    credentials = read_credentials(tmp_path)
    assert credentials.certificate == (str(tmp_path / "tls.crt"), str(tmp_path / "tls.key"))
    assert credentials.authority == str(tmp_path / "ca.crt")


@pytest.mark.parametrize(("text", "insecure"), [("true", True), ("1\n", True), ("false", False), ("", False)])
def test_any_certificate_is_accepted_only_where_the_file_says_so(tmp_path: Path, text: str, insecure: bool) -> None:
    assert read_credentials(folder_with(tmp_path, insecure=text)).insecure is insecure


def test_no_representation_shows_a_secret(tmp_path: Path) -> None:
    files = {"username": "ann", "password": "canary", "web-username": "bob", "web-password": "canary"}
    credentials = read_credentials(folder_with(tmp_path, **files))
    assert credentials.login == Login("bob", "canary")
    assert "canary" not in repr(credentials)
    assert "YW5uOmNhbmFyeQ==" not in repr(credentials)


def test_the_secrets_to_hide_include_the_form_that_basic_auth_sends(tmp_path: Path) -> None:
    credentials = read_credentials(folder_with(tmp_path, username="ann", password="canary"))
    assert credentials.secrets == {"canary", "YW5uOmNhbmFyeQ=="}
