## どのページにも出てくることば

page-title = { $page } · { $site }
skip-to-content = 本文へ進む
language = 言語
language-ja = 日本語
language-en = English
optional = 任意
required = 必須
back = 戻る
cancel = やめる
next = 次へ
close = 閉じる
save = 保存する
change = 変更する
copy = コピー
more = もっと見る
previous-page = 前のページ
next-page = 次のページ
sign-in = サインイン
sign-out = サインアウト
signed-in-as = { $name } さん
privacy-policy = プライバシーポリシー
terms-of-service = 利用規約
opens-in-new-tab = 新しいタブで開きます
breadcrumb = 現在の位置
menu = メニュー

## 時間と長さ

days-left = あと{ $days }日
years-left = あと約{ $years }年
ends-today = 今日まで
months = { $count }か月
years = { $count }年

## マイページの案内

nav-my-page = マイページ
nav-home = ホーム
nav-products = 製品
nav-profile = プロフィール
nav-security = セキュリティ
nav-sessions = サインイン中の端末
nav-apps = 連携アプリ

## お知らせの種類（読み上げ用）

notice-info = お知らせ
notice-good = 完了
notice-warn = ご注意
notice-bad = エラー
notice-safety = 安全に関する重要なお知らせ

## パスワード欄

password-show = 表示する
password-hide = 隠す
